import { LlamactlError, nearestNames } from '@llamactl/contract';
import { shortened } from '../../support/shortened.js';
import type { FlagEntry, FlagTable } from './flag-table.js';

/** Documented names that are no flag of the server. */
const documentedNames: ReadonlyMap<string, string> = new Map([['context_size', '--ctx-size']]);

/** An option or argument, found in the table. */
export interface FoundFlag {
  readonly entry: FlagEntry;
  /** The spelling that was used, with its dashes. */
  readonly flag: string;
  /** Whether that spelling switches the flag off. */
  readonly negated: boolean;
}

/**
 * Whether an option may be spelled so at all. Another spelling of the same flag would get past whatever
 * looks for an option by its name, as the mask of secrets does.
 */
export function isOptionName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_.]*$/.test(name);
}

/** The flag of an option name: `context_size` → `--ctx-size`. Names are snake_case only. */
export function flagOfOption(name: string): string {
  return documentedNames.get(name) ?? `--${name.replaceAll('_', '-')}`;
}

/**
 * Looks an option up in the flags of the installed build.
 * @throws LlamactlError UNKNOWN_OPTION with the nearest names
 */
export function findOption(name: string, table: FlagTable): FoundFlag {
  const flag = flagOfOption(name);
  const entry = isOptionName(name) ? table.find(flag) : undefined;
  if (entry === undefined) throw unknownOption(name, table);
  if (entry.removed) throw removedOption(`options.${name}`, name, entry);
  return { entry, flag, negated: entry.negations.includes(flag) };
}

/** The names by which the flags of a build can be set in `options`, in the order of its help. */
export function optionNames(table: FlagTable): string[] {
  const flags = table.entries
    .filter((entry) => !entry.removed)
    .flatMap((entry) => [...entry.flags, ...entry.negations]);
  return [...documentedNames.keys(), ...flags.filter(isLong).map(optionName)];
}

/** `--ctx-size` → `ctx_size`. */
export function optionName(flag: string): string {
  return flag.replace(/^-+/, '').replaceAll('-', '_');
}

/** The best name in `options` for an entry: its last long flag, the most telling one. */
export function preferredName(entry: FlagEntry): string {
  return optionName(entry.flags.filter(isLong).at(-1) ?? entry.flags[0] ?? '');
}

/** An error for a flag that the build lists only to refuse it. */
export function removedOption(path: string, name: string, entry: FlagEntry): LlamactlError {
  const help = entry.description.replace(/\s*\(env: \w+\)/, '').replace(/\s+/g, ' ');
  const suggestions = [...help.matchAll(/--[a-z0-9][\w-]*(?=[\s,.]|$)/g)].map(([flag]) =>
    optionName(flag),
  );
  return new LlamactlError('UNKNOWN_OPTION', `This build of llama-server no longer has "${name}"`, {
    details: `It says: ${help}`,
    issues: [{ path, message: help }],
    suggestions,
  });
}

/** An error for a name that no build has, as it is spelled in another way than options are. */
export function misspelled(path: string, name: string): LlamactlError {
  const message = `${JSON.stringify(shortened(name))} is not the name of an option`;
  return new LlamactlError('UNKNOWN_OPTION', message, {
    details: 'Options are the long flags of llama-server in snake_case: ctx_size for --ctx-size.',
    issues: [{ path, message: 'is not spelled as options are' }],
  });
}

function unknownOption(name: string, table: FlagTable): LlamactlError {
  const shown = JSON.stringify(shortened(name));
  const byShortFlag = table.find(`-${name}`);
  const suggestions =
    byShortFlag === undefined
      ? nearestNames(name.replaceAll('-', '_'), optionNames(table))
      : [preferredName(byShortFlag)];
  const hint = suggestions.length > 0 ? `; did you mean "${suggestions[0]}"?` : '';
  return new LlamactlError('UNKNOWN_OPTION', `llama-server has no option ${shown}${hint}`, {
    details:
      'Options are the long flags of the installed llama-server in snake_case; see llama-server --help.',
    issues: [{ path: `options.${shortened(name)}`, message: `is not known${hint}` }],
    suggestions,
  });
}

/** Whether a flag is one of the long ones, which are the names of options. */
export function isLong(flag: string): boolean {
  return flag.startsWith('--');
}
