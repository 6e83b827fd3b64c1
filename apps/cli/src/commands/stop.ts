import { type Command, type CommandContext, instanceOperand } from '../command.js';
import { allFlag, runBatch } from './batch.js';
import { followStatus } from './follow-status.js';

const serverDefaultSeconds = 30;
/** For the server to see the end of what it killed. */
const graceSeconds = 60;

export const stop: Command = {
  name: 'stop',
  summary: 'Stop an instance and wait until it is stopped',
  operands: [instanceOperand],
  flags: {
    force: { type: 'boolean', summary: 'Kill it at once' },
    timeout: {
      type: 'string',
      value: 'S',
      summary: `Seconds after which it is killed. Default: ${serverDefaultSeconds}`,
    },
    all: allFlag,
  },
  notes: 'With --all instances that wait to be started are not started any more.',
  run(context) {
    const { client, flags } = context;
    if (flags.has('all')) return runBatch(context, stop, () => client.stopAllInstances());
    return stopOne(context);
  },
};

async function stopOne(context: CommandContext): Promise<number> {
  const { client, flags, name } = context;
  const timeout = flags.number('timeout', { min: 0, max: 3600, integer: false });
  const force = flags.has('force');
  const how = { ...(force && { force }), ...(timeout !== undefined && { timeout }) };
  await client.stopInstance(name, force || timeout !== undefined ? how : undefined);
  const seconds = (timeout ?? serverDefaultSeconds) + graceSeconds;
  return await followStatus(context, 'stopped', seconds * 1000);
}
