import { shortened } from '../../support/shortened.js';
import type { BackendContext, BackendInput } from '../backend.js';
import { type Assignment, optionAssignments, refuseTwice } from './arguments.js';
import { refuseByClass } from './check-class.js';
import { checkFiles } from './check-files.js';
import { beforeEquals, extraAssignments, normalFlag } from './extra-args.js';
import type { FlagTable } from './flag-table.js';
import { secretVariables } from './option-families.js';
import { flagOfOption, isOptionName, misspelled } from './option-names.js';
import { invalid } from './option-values.js';

/** What a definition asks for, found to be allowed. */
export interface CheckedDefinition {
  readonly assignments: readonly Assignment[];
  /** The arguments of its options and its further arguments, in this order. */
  readonly args: readonly string[];
  /** What goes by environment instead. */
  readonly env: Readonly<Record<string, string>>;
}

/** What decides on options beside their class. */
export interface DefinitionRules extends BackendContext {
  /** Names of options that are denied by default and allowed here, in any spelling. */
  readonly allowOptions: readonly string[];
}

type Settings = Pick<BackendInput, 'options' | 'extra_args'>;

/**
 * Checks options and further arguments against the flags of the installed build.
 * @throws LlamactlError UNKNOWN_OPTION, INVALID_OPTION, OPTION_MANAGED, OPTION_FORBIDDEN,
 *   MODEL_NOT_FOUND, MODEL_PATH_FORBIDDEN
 */
export async function checkDefinition(
  { options, extra_args }: Settings,
  table: FlagTable,
  rules: DefinitionRules,
): Promise<CheckedDefinition> {
  const assignments = [
    ...optionAssignments(options, table, rules.allowOptions),
    ...extraAssignments(extra_args, table, rules.allowOptions),
  ];
  refuseTwice(assignments);
  for (const each of assignments) await checkFiles(each, each.values, rules);

  const secrets = assignments.flatMap((each) => {
    const variable = secretVariable(each);
    return variable === undefined ? [] : [{ each, variable }];
  });
  return {
    assignments,
    args: assignments
      .filter((each) => secretVariable(each) === undefined)
      .flatMap(({ args }) => args),
    env: Object.fromEntries(
      secrets.map(({ each, variable }) => [variable, each.values.at(-1) ?? '']),
    ),
  };
}

/**
 * Checks what can be checked without the flags of a build, while there is no executable to ask: that
 * nothing is set which is never allowed, under any name that is known to this version.
 * @throws LlamactlError as {@link checkDefinition}
 */
export async function checkNames(
  { options, extra_args }: Settings,
  rules: DefinitionRules,
): Promise<void> {
  for (const [name, value] of Object.entries(options)) {
    const path = `options.${shortened(name)}`;
    const use = { path, flag: flagOfOption(name), entry: null };
    refuseByClass(use, rules.allowOptions);
    if (!isOptionName(name)) throw misspelled(path, name);
    const values = [value].flat().map(String);
    if (values.some((text) => text.includes('\0'))) throw invalid(path, 'has a NUL byte');
    await checkFiles(use, values, rules);
  }
  for (const [index, argument] of extra_args.entries()) {
    const path = `extra_args[${index}]`;
    if (argument.includes('\0')) throw invalid(path, 'has a NUL byte');
    // Which arguments are values is not known, so that files named by them are checked at start.
    if (/^-{1,2}[A-Za-z]/.test(argument))
      refuseByClass(
        { path, flag: normalFlag(beforeEquals(argument)), entry: null },
        rules.allowOptions,
      );
  }
}

function secretVariable({ entry }: Assignment): string | undefined {
  return entry.flags.map((flag) => secretVariables.get(flag)).find((name) => name !== undefined);
}
