import { parseArgs } from 'node:util';
import type { Command, Flag } from '../command.js';
import { commands, firstWords } from '../commands.js';
import { didYouMean } from './did-you-mean.js';
import { type Flags, flagsOf } from './flags.js';
import { globalFlags } from './global-flags.js';
import { UsageError } from './usage-error.js';

/** What the command line asks for. */
export type Request =
  /** About a command, a group of commands by its name, or everything. */
  | { readonly kind: 'help'; readonly about: Command | string | null }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly words: readonly string[];
      readonly flags: Flags;
    };

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** Understands the arguments; flags may stand anywhere. @throws UsageError */
export function parseArguments(argv: readonly string[]): Request {
  const tokens = tokensOf(argv);
  const options = tokens.filter((token) => token.kind === 'option');
  const words = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value);
  const asksHelp = words[0] === 'help' || options.some(({ name }) => name === 'help');
  if (words[0] === 'help') words.shift();
  if (!asksHelp && options.some(({ name }) => name === 'version')) return { kind: 'version' };

  const [first, second] = words;
  if (asksHelp && second === undefined && isGroup(first)) return { kind: 'help', about: first };
  const command = first === undefined ? null : commandOf(first, second);
  if (asksHelp) return { kind: 'help', about: command };
  const given = givenFlags(options, command);
  if (command === null) throw new UsageError('Which command?');
  const rest = words.slice(command.name.split(' ').length);
  return {
    kind: 'run',
    command,
    words: operandsOf(rest, command, given.has('all')),
    flags: flagsOf(given, command),
  };
}

/** Reads leniently, so that every mistake gets a message of our own. */
function tokensOf(argv: readonly string[]) {
  const every: Record<string, Flag> = { ...globalFlags };
  for (const command of commands) Object.assign(every, command.flags);
  const options = Object.fromEntries(
    Object.entries(every).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  );
  const mode = { strict: false, allowPositionals: true, tokens: true } as const;
  return parseArgs({ ...mode, args: [...argv], options }).tokens;
}

function isGroup(word: string | undefined): word is string {
  return commands.some(({ name }) => name.startsWith(`${word} `));
}

function commandOf(first: string, second: string | undefined): Command {
  if (!isGroup(first)) return commandNamed(first, firstWords());
  const inGroup = commands.filter(({ name }) => name.startsWith(`${first} `));
  const seconds = inGroup.map(({ name }) => name.slice(first.length + 1));
  if (second !== undefined) return commandNamed(`${first} ${second}`, seconds, second);
  throw new UsageError(`Which command of ${first}: ${seconds.join(', ')}?`);
}

/** @param word - what is to be likened to the names, when that is not all of it */
function commandNamed(name: string, names: readonly string[], word = name): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  throw new UsageError(`There is no command "${name}".${didYouMean(word, names)}`);
}

function givenFlags(
  options: readonly OptionToken[],
  command: Command | null,
): Map<string, string[]> {
  const known: Record<string, Flag> = { ...globalFlags, ...command?.flags };
  const given = new Map<string, string[]>();
  for (const option of options) {
    const flag = Object.hasOwn(known, option.name) ? known[option.name] : undefined;
    if (flag === undefined) throw unknownFlag(option, Object.keys(known), command);
    const values = given.get(option.name) ?? [];
    if (flag.type === 'string') values.push(requiredValueOf(option, command));
    else if (option.value !== undefined) {
      throw new UsageError(`${option.rawName} takes no value.`, command);
    }
    given.set(option.name, values);
  }
  return given;
}

function unknownFlag(
  option: OptionToken,
  names: readonly string[],
  command: Command | null,
): UsageError {
  const of = command === null ? '' : ` for ${command.name}`;
  const hint = didYouMean(option.name, names, '--');
  return new UsageError(`There is no flag ${option.rawName}${of}.${hint}`, command);
}

function requiredValueOf(option: OptionToken, command: Command | null): string {
  const { value, inlineValue, rawName } = option;
  if (value === undefined) throw new UsageError(`${rawName} needs a value.`, command);
  // More likely the next flag than a value that begins with a dash.
  if (!inlineValue && /^-./.test(value)) {
    throw new UsageError(`${rawName} needs a value; one with a dash goes behind "=".`, command);
  }
  return value;
}

function operandsOf(
  words: readonly string[],
  command: Command,
  isForAll: boolean,
): readonly string[] {
  const operands = isForAll ? [] : command.operands;
  const missing = operands.find(
    ({ isOptional }, index) => index >= words.length && isOptional !== true,
  );
  if (missing !== undefined) {
    const orAll = Object.hasOwn(command.flags, 'all') ? ', or --all' : '';
    throw new UsageError(`${missing.question}${orAll}.`, command);
  }
  const tooMuch = operands.at(-1)?.isMany ? [] : words.slice(operands.length);
  if (tooMuch.length === 0) return words;
  throw new UsageError(`"${tooMuch.join(' ')}" is too much.`, command);
}
