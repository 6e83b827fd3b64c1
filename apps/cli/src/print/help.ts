import { globalFlags } from '../arguments/global-flags.js';
import type { Command, Flag, Operand } from '../command.js';
import { commands, firstWords } from '../commands.js';
import { table } from './table.js';

const about = `Environment:
  LLAMACTL_URL      Address of the server
  LLAMACTL_API_KEY  API key to use instead of a login
  LLAMACTL_TOKEN    Token to use instead of a login; goes before an API key

Exit codes: 0 done, 1 failed, 2 not understood.
`;

const usageLine = 'Usage: llamactl [--server URL] [--json] COMMAND';

/** The least that helps somebody whose arguments were not understood. */
export function shortHelp(): string {
  return `${usageLine}\nCommands: ${firstWords().join(', ')}\nHelp: llamactl --help\n`;
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

/** Help of the commands whose name begins with the same word. */
export function groupHelp(group: string): string {
  const inGroup = commands.filter(({ name }) => name.startsWith(`${group} `));
  const list = table(inGroup.map((command) => [`  ${usage(command)}`, command.summary]));
  return `Usage: llamactl ${group} COMMAND\n\n${list}\nHelp of a command: llamactl ${group} COMMAND --help\n`;
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
export function usage({ name, flags, operands }: Command): string {
  const isForAll = Object.hasOwn(flags, 'all');
  const optional = Object.entries(flags)
    .filter(([flag]) => flag !== 'all')
    .map(([flag, about]) => `[${flagText(flag, about)}]${about.multiple ? '…' : ''}`);
  const words = operands.map((operand) => `${operandText(operand)}${isForAll ? '|--all' : ''}`);
  return ['llamactl', name, ...words, ...optional].join(' ');
}

function operandText({ value, isOptional, isMany }: Operand): string {
  return `${isOptional ? `[${value}]` : value}${isMany ? '…' : ''}`;
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
