import { LlamactlError, nearestNames, type OptionValue } from '@llamactl/contract';
import type { FlagEntry } from './flag-table.js';
import { freeTextFlags, secretVariables } from './option-families.js';

/** One thing that goes after a flag. */
type Item = string | number;

/**
 * The uses of a value-taking flag that an option's value stands for, each the arguments after the flag.
 * @param path - Where the value stands, for the error.
 * @throws LlamactlError INVALID_OPTION, OPTION_FORBIDDEN for text that could be read as a flag
 */
export function valueArguments(path: string, entry: FlagEntry, value: OptionValue): string[][] {
  if (typeof value === 'boolean') return [[switchWord(path, entry, value)]];
  if (!Array.isArray(value)) {
    if (entry.arity > 1)
      throw invalid(path, `takes a list of ${entry.arity} values (${entry.value})`);
    return [[argument(path, entry, value)]];
  }
  const items = value.map((item, index) => argument(`${path}[${index}]`, entry, item));
  if (entry.arity > 1) {
    if (items.length !== entry.arity)
      throw invalid(path, `takes a list of ${entry.arity} values (${entry.value})`);
    return [items];
  }
  if (items.length === 0) return [];
  if (entry.separator !== undefined) return [[items.join(entry.separator)]];
  if (entry.repeatable) return items.map((item) => [item]);
  if (items.length === 1) return [items];
  throw invalid(path, 'takes one value, not a list');
}

/** Checks one argument after a flag and writes it as the server reads it. */
export function argument(path: string, entry: FlagEntry, item: Item): string {
  const text = typeof item === 'number' ? numberText(path, item) : item;
  checkText(path, entry, text);
  checkType(path, entry, text);
  return text;
}

/** An error about a value, with where it stands. */
export function invalid(path: string, what: string, suggestions?: string[]): LlamactlError {
  const hint = suggestions?.[0] === undefined ? '' : `; did you mean "${suggestions[0]}"?`;
  return new LlamactlError('INVALID_OPTION', `${path} ${what}${hint}`, {
    details: 'Correct the value, or leave the option out for the default of the server.',
    issues: [{ path, message: what }],
    ...(suggestions && { suggestions }),
  });
}

function numberText(path: string, value: number): string {
  if (!Number.isFinite(value)) throw invalid(path, 'must be a finite number');
  return Object.is(value, -0) ? '0' : String(value);
}

const signedNumber = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function checkText(path: string, entry: FlagEntry, text: string): void {
  const free = entry.flags.some((flag) => freeTextFlags.has(flag));
  const unwanted = free ? /[^\P{Cc}\t\n\r]/u : /\p{Cc}/u;
  if (unwanted.test(text))
    throw invalid(
      path,
      free ? 'holds control characters' : 'holds line breaks or control characters',
    );
  // A secret does not become an argument.
  const harmless = free || entry.flags.some((flag) => secretVariables.has(flag));
  if (!text.startsWith('-') || harmless || signedNumber.test(text)) return;
  throw new LlamactlError(
    'OPTION_FORBIDDEN',
    `${path} begins with "-" and could be taken for a flag`,
    {
      details: 'Say each flag by its own option; a value here does not begin with "-".',
      issues: [{ path, message: 'must not begin with "-"' }],
    },
  );
}

function checkType(path: string, entry: FlagEntry, text: string): void {
  if (entry.type === 'enum' && !entry.values?.includes(text)) {
    const values = entry.values ?? [];
    throw invalid(path, `must be one of ${values.join(', ')}`, nearestNames(text, values));
  }
  if (entry.type === 'integer' && !/^-?\d{1,15}$/.test(text))
    throw invalid(path, 'must be a whole number');
  if (entry.type === 'number' && !signedNumber.test(text)) throw invalid(path, 'must be a number');
}

/** `true` and `false` for flags that take a word or digit for them. */
function switchWord(path: string, entry: FlagEntry, value: boolean): string {
  const words = value ? ['on', '1'] : ['off', '0'];
  const word = entry.type === 'enum' && words.find((each) => entry.values?.includes(each));
  if (!word) throw invalid(path, `takes a value (${entry.value}), not true or false`);
  return word;
}
