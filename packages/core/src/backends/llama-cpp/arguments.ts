import type { InstanceOptions, OptionValue } from '@llamactl/contract';
import { shortened } from '../../support/shortened.js';
import { refuseByClass } from './check-class.js';
import type { FlagEntry, FlagTable } from './flag-table.js';
import { type FoundFlag, findOption, isLong } from './option-names.js';
import { invalid, valueArguments } from './option-values.js';

/** A flag as one option or argument of a definition sets it. */
export interface Assignment {
  /** Where it stands: `options.threads`, `extra_args[3]`. */
  readonly path: string;
  readonly entry: FlagEntry;
  /** The spelling that was used, with its dashes. */
  readonly flag: string;
  /** The arguments that say it; empty when nothing has to be said. */
  readonly args: readonly string[];
  /** The values among them. */
  readonly values: readonly string[];
}

/**
 * Turns options into what they set, in their order.
 * @throws LlamactlError UNKNOWN_OPTION, INVALID_OPTION, OPTION_MANAGED, OPTION_FORBIDDEN
 */
export function optionAssignments(
  options: InstanceOptions,
  table: FlagTable,
  allowOptions: readonly string[],
): Assignment[] {
  return Object.entries(options).map(([name, value]) => {
    const path = `options.${shortened(name)}`;
    const found = findOption(name, table);
    refuseByClass({ path, ...found }, allowOptions);
    return found.entry.arity === 0 ? switched(path, found, value) : valued(path, found, value);
  });
}

/** @throws LlamactlError INVALID_OPTION when a flag is set twice, also under two names */
export function refuseTwice(assignments: readonly Assignment[]): void {
  const first = new Map<FlagEntry, Assignment>();
  for (const assignment of assignments) {
    const earlier = first.get(assignment.entry);
    if (earlier === undefined) first.set(assignment.entry, assignment);
    // Arguments may repeat a flag as on a command line, where the order says what that means.
    else if (!(isArgument(earlier) && isArgument(assignment)))
      throw invalid(
        assignment.path,
        `sets ${assignment.entry.flags.at(-1)}, as ${earlier.path} does`,
      );
  }
}

function isArgument({ path }: Assignment): boolean {
  return path.startsWith('extra_args');
}

function switched(
  path: string,
  { entry, flag, negated }: FoundFlag,
  value: OptionValue,
): Assignment {
  if (typeof value !== 'boolean') throw invalid(path, 'must be true or false');
  const opposite = negated ? entry.flags.findLast(isLong) : entry.negations.findLast(isLong);
  const said = value ? flag : opposite;
  return { path, entry, flag, args: said === undefined ? [] : [said], values: [] };
}

function valued(path: string, { entry, flag }: FoundFlag, value: OptionValue): Assignment {
  const uses = valueArguments(path, entry, value);
  return { path, entry, flag, args: uses.flatMap((use) => [flag, ...use]), values: uses.flat() };
}
