import { parseArgs } from 'node:util';
import type { Command, Flag } from '../command.js';
import { commands } from '../commands.js';
import { didYouMean } from './did-you-mean.js';
import { type Flags, flagsOf } from './flags.js';
import { globalFlags } from './global-flags.js';
import { UsageError } from './usage-error.js';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly name: string;
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

  const [word, ...rest] = words;
  const command = word === undefined ? null : commandOf(word);
  if (asksHelp) return { kind: 'help', command };
  const given = givenFlags(options, command);
  if (command === null) throw new UsageError('Which command?');
  return {
    kind: 'run',
    command,
    name: nameOf(rest, command, given.has('all')),
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

function commandOf(word: string): Command {
  const command = commands.find(({ name }) => name === word);
  if (command !== undefined) return command;
  const hint = didYouMean(
    word,
    commands.map(({ name }) => name),
  );
  throw new UsageError(`There is no command "${word}".${hint}`);
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

function nameOf(words: readonly string[], command: Command, isForAll: boolean): string {
  const { takesName } = command;
  const isNamed = takesName === true || (takesName === 'unless_all' && !isForAll);
  if (isNamed && words.length === 0) {
    const orAll = takesName === 'unless_all' ? ', or --all' : '';
    throw new UsageError(`Which instance? Give its name${orAll}.`, command);
  }
  const [name = '', ...rest] = isNamed ? words : ['', ...words];
  if (rest.length === 0) return name;
  throw new UsageError(`"${rest.join(' ')}" is too much.`, command);
}
