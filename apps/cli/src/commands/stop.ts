import type { StopInstance } from '@llamactl/client';
import type { Flags } from '../arguments/flags.js';
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
  async run(context) {
    const { client, flags } = context;
    const how = howIn(flags);
    if (flags.has('all')) return runBatch(context, () => client.stopAllInstances(how));
    return stopOne(context, how);
  },
};

async function stopOne(context: CommandContext, how: StopInstance | undefined): Promise<number> {
  const { client, name } = context;
  await client.stopInstance(name, how);
  const seconds = (how?.timeout ?? serverDefaultSeconds) + graceSeconds;
  return await followStatus(context, 'stopped', seconds * 1000);
}

/** How to stop; undefined for the usual way. */
function howIn(flags: Flags): StopInstance | undefined {
  const timeout = flags.number('timeout', { min: 0, max: 3600, integer: false });
  const force = flags.has('force');
  if (!force && timeout === undefined) return undefined;
  return { ...(force && { force }), ...(timeout !== undefined && { timeout }) };
}
