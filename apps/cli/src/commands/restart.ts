import { type Command, instanceOperand } from '../command.js';
import { readyFlags, runUntilReady } from './run-until-ready.js';

export const restart: Command = {
  name: 'restart',
  summary: 'Stop an instance if need be, start it and wait until it is running',
  operands: [instanceOperand],
  flags: readyFlags,
  run: (context) => runUntilReady(context, () => context.client.restartInstance(context.name)),
};
