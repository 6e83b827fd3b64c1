import { globalFlags } from '../arguments/global-flags.js';
import type { Command, Flag } from '../command.js';
import { commands } from '../commands.js';
import { table } from './table.js';

const about = `Environment:
  LLAMACTL_URL     Address of the server
  LLAMACTL_TOKEN   Token to sign in with

Exit codes: 0 done, 1 failed, 2 not understood.
`;

const usageLine = 'Usage: llamactl [--server URL] [--json] COMMAND';

/** The least that helps somebody whose arguments were not understood. */
export function shortHelp(): string {
  const names = commands.map(({ name }) => name).join(', ');
  return `${usageLine}\nCommands: ${names}\nHelp: llamactl --help\n`;
}

/** Help of everything. */
export function help(): string {
  const list = table(commands.map(({ name, summary }) => [`  ${name}`, summary]));
  return `${usageLine}

Commands:
${list}
Flags:
${flagList(globalFlags)}
${about}
Help of a command: llamactl COMMAND --help
`;
}

/** Help of one command. */
export function commandHelp(command: Command): string {
  const own = Object.keys(command.flags).length === 0 ? '' : `\nFlags:\n${flagList(command.flags)}`;
  const notes = command.notes === undefined ? '' : `\n${command.notes}\n`;
  return `Usage: ${usage(command)}

${command.summary}.
${own}${notes}
Flags of every command:
${flagList(globalFlags)}`;
}

/** How a command is written, on one line. */
export function usage(command: Command): string {
  const flags = Object.entries(command.flags)
    .filter(([name]) => command.takesName !== 'unless_all' || name !== 'all')
    .map(([name, flag]) => `[${flagText(name, flag)}]`);
  const name = command.takesName === 'unless_all' ? 'NAME|--all' : 'NAME';
  const words = ['llamactl', command.name, ...(command.takesName ? [name] : []), ...flags];
  return words.join(' ');
}

function flagList(flags: Readonly<Record<string, Flag>>): string {
  return table(
    Object.entries(flags).map(([name, flag]) => [`  ${flagText(name, flag)}`, flag.summary]),
  );
}

function flagText(name: string, { short, value }: Flag): string {
  const text = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return value === undefined ? text : `${text} ${value}`;
}
