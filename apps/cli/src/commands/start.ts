import type { Command } from '../command.js';
import { readyFlags, runUntilReady } from './run-until-ready.js';

export const start: Command = {
  name: 'start',
  summary: 'Start an instance and wait until it is running',
  takesName: true,
  flags: readyFlags,
  run: (context) => runUntilReady(context, () => context.client.startInstance(context.name)),
};
