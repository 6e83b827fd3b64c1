import type { Command } from './command.js';
import { configGet } from './commands/config-get.js';
import { configSet } from './commands/config-set.js';
import { create } from './commands/create.js';
import { events } from './commands/events.js';
import { health } from './commands/health.js';
import { keysCreate } from './commands/keys-create.js';
import { keysLs } from './commands/keys-ls.js';
import { keysRm } from './commands/keys-rm.js';
import { login } from './commands/login.js';
import { logout } from './commands/logout.js';
import { logs } from './commands/logs.js';
import { ls } from './commands/ls.js';
import { restart } from './commands/restart.js';
import { rm } from './commands/rm.js';
import { show } from './commands/show.js';
import { start } from './commands/start.js';
import { status } from './commands/status.js';
import { stop } from './commands/stop.js';
import { usersAdd } from './commands/users-add.js';
import { usersLs } from './commands/users-ls.js';
import { usersPasswd } from './commands/users-passwd.js';
import { usersRm } from './commands/users-rm.js';
import { usersSetRole } from './commands/users-set-role.js';
import { whoami } from './commands/whoami.js';

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
  login,
  logout,
  whoami,
  usersLs,
  usersAdd,
  usersSetRole,
  usersPasswd,
  usersRm,
  keysLs,
  keysCreate,
  keysRm,
  configGet,
  configSet,
];

/** The first words of all commands, each once. */
export function firstWords(): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))];
}
