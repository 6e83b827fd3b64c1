import type { Command } from '../command.js';
import { didYouMean } from './did-you-mean.js';
import { UsageError } from './usage-error.js';

/** The flags that were given to a command. */
export interface Flags {
  readonly has: (name: string) => boolean;
  /** The last value of a flag; undefined when it was not given. */
  readonly text: (name: string) => string | undefined;
  /** Every value of a flag, in order. */
  readonly list: (name: string) => readonly string[];
  /** The value as a number within limits. @throws UsageError */
  readonly number: (name: string, limits: NumberLimits) => number | undefined;
  /** The value as one of some words. @throws UsageError */
  readonly oneOf: <const T extends string>(name: string, words: readonly T[]) => T | undefined;
}

/** What a number may be. */
export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

/** Reads flags out of what was given, by name; a flag without a value has none in its list. */
export function flagsOf(
  given: ReadonlyMap<string, readonly string[]>,
  command: Command | null,
): Flags {
  const text = (name: string) => given.get(name)?.at(-1);
  return {
    has: (name) => given.has(name),
    text,
    list: (name) => given.get(name) ?? [],
    number(name, limits) {
      const value = text(name);
      return value === undefined ? undefined : numberOf(value, name, limits, command);
    },
    oneOf(name, words) {
      const value = text(name);
      const word = words.find((candidate) => candidate === value);
      if (value === undefined || word !== undefined) return word;
      const hint = didYouMean(value, words);
      throw new UsageError(
        `--${name} must be ${words.join(', ')}, not "${value}".${hint}`,
        command,
      );
    },
  };
}

function numberOf(
  value: string,
  name: string,
  { min, max, integer }: NumberLimits,
  command: Command | null,
): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= min && number <= max && (!integer || Number.isInteger(number))) return number;
  const kind = integer ? 'a whole number' : 'a number';
  throw new UsageError(`--${name} must be ${kind} from ${min} to ${max}, not "${value}".`, command);
}
