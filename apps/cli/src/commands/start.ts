import type { Flags } from '../arguments/flags.js';
import { UsageError } from '../arguments/usage-error.js';
import { type Command, instanceOperand } from '../command.js';
import { allFlag, runBatch } from './batch.js';
import { readyFlags, runUntilReady } from './run-until-ready.js';

export const start: Command = {
  name: 'start',
  summary: 'Start an instance and wait until it is running',
  operands: [instanceOperand],
  flags: { ...readyFlags, all: allFlag },
  notes: `With --all every stopped or failed instance is started, a few at a time; \`llamactl events\` shows how
it goes on.`,
  async run(context) {
    const { client, flags, name } = context;
    if (flags.has('all')) {
      refuseToWait(flags);
      return runBatch(context, () => client.startAllInstances());
    }
    return runUntilReady(context, () => client.startInstance(name));
  },
};

function refuseToWait(flags: Flags): void {
  const given = Object.keys(readyFlags).find((name) => flags.has(name));
  if (given === undefined) return;
  throw new UsageError(`--${given} cannot go with --all, which does not wait.`, start);
}
