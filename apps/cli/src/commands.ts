import type { Command } from './command.js';
import { create } from './commands/create.js';
import { events } from './commands/events.js';
import { health } from './commands/health.js';
import { logs } from './commands/logs.js';
import { ls } from './commands/ls.js';
import { restart } from './commands/restart.js';
import { rm } from './commands/rm.js';
import { show } from './commands/show.js';
import { start } from './commands/start.js';
import { status } from './commands/status.js';
import { stop } from './commands/stop.js';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  ls,
  show,
  create,
  start,
  stop,
  restart,
  rm,
  logs,
  health,
  status,
  events,
];
