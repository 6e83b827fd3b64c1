import { LlamactlError, nearestNames } from '@llamactl/contract';
import { shortened } from '../../support/shortened.js';
import type { Assignment } from './arguments.js';
import { refuseByClass } from './check-class.js';
import type { FlagEntry, FlagTable } from './flag-table.js';
import { removedOption } from './option-names.js';
import { argument, invalid } from './option-values.js';

/**
 * Reads further arguments as the server will: which flag, and which of the arguments are its values.
 * @throws LlamactlError UNKNOWN_OPTION, INVALID_OPTION, OPTION_MANAGED, OPTION_FORBIDDEN
 */
export function extraAssignments(
  extraArgs: readonly string[],
  table: FlagTable,
  allowOptions: readonly string[],
): Assignment[] {
  const assignments: Assignment[] = [];
  for (let index = 0; index < extraArgs.length; ) {
    const path = `extra_args[${index}]`;
    const spelling = extraArgs[index] ?? '';
    const entry = findFlag(path, spelling, table, allowOptions);
    const values = valuesAt(extraArgs, index, entry);
    assignments.push({ path, entry, flag: spelling, args: [spelling, ...values], values });
    index += 1 + entry.arity;
  }
  return assignments;
}

/** The server reads `_` as `-` in long flags. */
export function normalFlag(flag: string): string {
  return flag.startsWith('--') ? flag.replaceAll('_', '-') : flag;
}

function findFlag(
  path: string,
  spelling: string,
  table: FlagTable,
  allowOptions: readonly string[],
): FlagEntry {
  if (!spelling.startsWith('-')) throw invalid(path, 'is neither a flag nor the value of one');
  const flag = normalFlag(beforeEquals(spelling));
  const entry = table.find(flag);
  refuseByClass({ path, flag, entry: entry ?? null }, allowOptions);
  if (entry === undefined) throw unknownFlag(path, flag, table);
  if (entry.removed) throw removedOption(path, flag, entry);
  if (spelling.includes('=')) throw joinedValue(path, flag);
  return entry;
}

function valuesAt(extraArgs: readonly string[], index: number, entry: FlagEntry): string[] {
  const given = extraArgs.slice(index + 1, index + 1 + entry.arity);
  if (given.length === entry.arity)
    return given.map((value, offset) =>
      argument(`extra_args[${index + 1 + offset}]`, entry, value),
    );
  const needed = entry.arity === 1 ? 'a value' : `${entry.arity} values`;
  throw invalid(`extra_args[${index}]`, `needs ${needed} after it (${entry.value})`);
}

/** The server takes no `--flag=value`; what is before the `=` is what was meant. */
export function beforeEquals(argument: string): string {
  return argument.split('=', 1)[0] ?? '';
}

function unknownFlag(path: string, flag: string, table: FlagTable): LlamactlError {
  const known = table.entries.flatMap((entry) => [...entry.flags, ...entry.negations]);
  const suggestions = nearestNames(flag, known);
  const hint = suggestions[0] === undefined ? '' : `; did you mean ${suggestions[0]}?`;
  const shown = JSON.stringify(shortened(flag));
  return new LlamactlError('UNKNOWN_OPTION', `llama-server has no flag ${shown}${hint}`, {
    details: 'Arguments are the flags of the installed llama-server; see llama-server --help.',
    issues: [{ path, message: `is not known${hint}` }],
    suggestions,
  });
}

function joinedValue(path: string, flag: string): LlamactlError {
  return new LlamactlError('INVALID_OPTION', `${path}: ${flag} and its value are joined by "="`, {
    details:
      'Give the flag and its value as two arguments; llama-server takes them in no other way.',
    issues: [{ path, message: 'must be two arguments' }],
  });
}
