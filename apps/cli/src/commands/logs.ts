import { type Command, instanceOperand } from '../command.js';
import { json, jsonLine } from '../print/json.js';
import { logLine } from '../print/log-line.js';
import { retryNotice } from '../print/retry-notice.js';

export const logs: Command = {
  name: 'logs',
  summary: "Print the newest lines of an instance's log",
  operands: [instanceOperand],
  flags: {
    follow: {
      type: 'boolean',
      short: 'f',
      summary: 'Print new lines as they come, until the instance is deleted',
    },
    lines: { type: 'string', short: 'n', value: 'LINES', summary: 'How many. Default: 100' },
    level: {
      type: 'string',
      value: 'LEVEL',
      summary: 'Only lines at least this serious: debug, info, warn, error',
    },
  },
  notes: 'With --follow, --json prints one object per line; a broken connection is made again.',
  async run(context) {
    const { client, io, flags, name } = context;
    const lines = flags.number('lines', { min: 1, max: 10_000, integer: true });
    const level = flags.oneOf('level', ['debug', 'info', 'warn', 'error']);
    if (!flags.has('follow')) {
      const entries = await client.getInstanceLogs(name, { lines, level });
      io.out(context.json ? json(entries) : entries.map(logLine).join(''));
      return 0;
    }
    const onRetry = retryNotice(io);
    for await (const entry of client.followLogs(name, { lines, level, onRetry })) {
      io.out(context.json ? jsonLine(entry) : logLine(entry));
    }
    return 0;
  },
};
