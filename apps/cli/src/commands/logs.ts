import type { Command } from '../command.js';
import { json } from '../print/json.js';
import { logLine } from '../print/log-line.js';

export const logs: Command = {
  name: 'logs',
  summary: "Print the newest lines of an instance's log",
  takesName: true,
  flags: {
    lines: { type: 'string', short: 'n', value: 'LINES', summary: 'How many. Default: 100' },
    level: {
      type: 'string',
      value: 'LEVEL',
      summary: 'Only lines at least this serious: debug, info, warn, error',
    },
  },
  async run(context) {
    const { client, io, flags, name } = context;
    const lines = flags.number('lines', { min: 1, max: 10_000, integer: true });
    const level = flags.oneOf('level', ['debug', 'info', 'warn', 'error']);
    const entries = await client.getInstanceLogs(name, { lines, level });
    io.out(context.json ? json(entries) : entries.map(logLine).join(''));
    return 0;
  },
};
