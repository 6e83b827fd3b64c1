import { LlamactlError } from '@llamactl/contract';
import { nearestNames } from '../../support/nearest-names.js';
import type { Assignment } from './arguments.js';
import type { FlagEntry, FlagTable } from './flag-table.js';
import { removedOption } from './option-names.js';
import { argument, invalid } from './option-values.js';

/**
 * Reads further arguments as the server will: which flag, and which of the arguments are its values.
 * @throws LlamactlError UNKNOWN_OPTION, INVALID_OPTION, OPTION_FORBIDDEN
 */
export function extraAssignments(extraArgs: readonly string[], table: FlagTable): Assignment[] {
  const assignments: Assignment[] = [];
  for (let index = 0; index < extraArgs.length; ) {
    const assignment = assignmentAt(extraArgs, index, table);
    assignments.push(assignment);
    index += assignment.args.length;
  }
  return assignments;
}

/** The server reads `_` as `-` in long flags. */
export function normalFlag(flag: string): string {
  return flag.startsWith('--') ? flag.replaceAll('_', '-') : flag;
}

function assignmentAt(extraArgs: readonly string[], index: number, table: FlagTable): Assignment {
  const path = `extra_args[${index}]`;
  const spelling = extraArgs[index] ?? '';
  const entry = findFlag(path, spelling, table);
  const given = extraArgs.slice(index + 1, index + 1 + entry.arity);
  if (given.length < entry.arity)
    throw invalid(
      path,
      `${spelling} needs ${entry.arity === 1 ? 'a value' : `${entry.arity} values`} (${entry.value})`,
    );
  const values = given.map((value, offset) =>
    argument(`extra_args[${index + 1 + offset}]`, entry, value),
  );
  return { path, entry, flag: spelling, args: [spelling, ...values], values };
}

function findFlag(path: string, spelling: string, table: FlagTable): FlagEntry {
  if (!spelling.startsWith('-')) throw invalid(path, 'is neither a flag nor the value of one');
  const entry = table.find(normalFlag(spelling));
  if (entry === undefined) throw unknownFlag(path, spelling, table);
  if (entry.removed) throw removedOption(path, spelling, entry);
  return entry;
}

function unknownFlag(path: string, spelling: string, table: FlagTable): LlamactlError {
  const [flag = ''] = spelling.split('=');
  const joined = flag !== spelling && table.find(normalFlag(flag)) !== undefined;
  const known = table.entries.flatMap((entry) => [...entry.flags, ...entry.negations]);
  const suggestions = joined ? [flag] : nearestNames(flag, known);
  const hint = suggestions[0] === undefined ? '' : `; did you mean ${suggestions[0]}?`;
  return new LlamactlError(
    'UNKNOWN_OPTION',
    joined
      ? `llama-server does not take ${flag} and its value joined by "="`
      : `llama-server has no flag ${JSON.stringify(spelling.slice(0, 80))}${hint}`,
    {
      details: joined
        ? 'Give the flag and its value as two arguments.'
        : 'Arguments are the flags of the installed llama-server; see llama-server --help.',
      issues: [{ path, message: joined ? 'must be two arguments' : `is not known${hint}` }],
      suggestions,
    },
  );
}
