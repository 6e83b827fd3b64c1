import { LlamactlError } from '@llamactl/contract';
import { shortened } from '../../support/shortened.js';
import type { FlagEntry } from './flag-table.js';
import { classOf, spellingsOf, withoutDashes } from './option-classes.js';
import { secretVariables } from './option-families.js';
import { optionName } from './option-names.js';

/** One use of a flag. */
export interface FlagUse {
  /** Where it stands: `options.threads`, `extra_args[3]`. */
  readonly path: string;
  /** A spelling of the flag. */
  readonly flag: string;
  /** null when there is no table to look it up in. */
  readonly entry: FlagEntry | null;
}

/**
 * Refuses what a definition may not set, whatever the value.
 * @param allowOptions - Names of options that are denied by default and allowed here, in any spelling.
 * @throws LlamactlError OPTION_MANAGED, OPTION_FORBIDDEN
 */
export function refuseByClass(use: FlagUse, allowOptions: readonly string[]): void {
  const names = spellingsOf(withoutDashes(use.flag), use.entry);
  const optionClass = classOf(names, use.entry);
  if (optionClass.kind === 'managed') throw managed(use);
  if (optionClass.kind === 'denied' && !isAllowed(names, allowOptions))
    throw denied(use, optionClass.why);
  if (use.path.startsWith('extra_args') && names.some((name) => secretVariables.has(`--${name}`)))
    throw exposedSecret(use);
}

/** Whether the configuration allows one of these spellings. */
function isAllowed(names: readonly string[], allowOptions: readonly string[]): boolean {
  const allowed = allowOptions.map(withoutDashes);
  return names.some((name) => allowed.includes(name));
}

function managed({ path, flag }: FlagUse): LlamactlError {
  return new LlamactlError('OPTION_MANAGED', `${path}: ${shortened(flag)} is set by llamactl`, {
    details:
      'Leave it out. Host and port of an instance are its own fields, the model is model_path.',
    issues: [{ path, message: 'is set by llamactl' }],
  });
}

function denied({ path, flag }: FlagUse, why: string): LlamactlError {
  return new LlamactlError('OPTION_FORBIDDEN', `${path}: ${shortened(flag)} ${why}`, {
    details: `To allow it, add ${shortened(optionName(flag))} to backends.llama-cpp.allow_options in the configuration file.`,
    issues: [{ path, message: why }],
  });
}

function exposedSecret({ path, flag }: FlagUse): LlamactlError {
  return new LlamactlError(
    'OPTION_FORBIDDEN',
    `${path}: ${shortened(flag)} among the arguments is visible to every user of the machine`,
    {
      details: `Use options.${optionName(flag)}; it goes by environment and is masked in answers.`,
      issues: [{ path, message: `use options.${optionName(flag)}` }],
    },
  );
}
