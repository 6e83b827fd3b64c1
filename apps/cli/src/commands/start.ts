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
  run(context) {
    const { client, flags, name } = context;
    if (flags.has('all')) return runBatch(context, start, () => client.startAllInstances());
    return runUntilReady(context, () => client.startInstance(name));
  },
};
