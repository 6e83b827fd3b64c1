import { LlamactlError } from '@llamactl/contract';
import { checkModelFile } from '../../models/check-model.js';
import type { FlagEntry } from './flag-table.js';
import { classOf, spellingsOf, withoutDashes } from './option-classes.js';
import { type FileNaming, secretVariables } from './option-families.js';
import { optionName } from './option-names.js';
import { invalid } from './option-values.js';

/** What decides on options beside their class. */
export interface ClassRules {
  /** Names of options that are denied by default and allowed here, in any spelling. */
  readonly allowOptions: readonly string[];
  readonly modelRoots: readonly string[];
}

/** One use of a flag. */
export interface FlagUse {
  /** Where it stands: `options.threads`, `extra_args[3]`. */
  readonly path: string;
  /** A spelling of the flag, with or without dashes. */
  readonly flag: string;
  /** null when there is no table to look it up in. */
  readonly entry: FlagEntry | null;
  readonly values: readonly string[];
}

/**
 * Refuses what a definition may not set, and checks the files that it names.
 * @throws LlamactlError OPTION_MANAGED, OPTION_FORBIDDEN, INVALID_OPTION, MODEL_NOT_FOUND,
 *   MODEL_PATH_FORBIDDEN
 */
export async function checkClass(use: FlagUse, rules: ClassRules): Promise<void> {
  const names = spellingsOf(withoutDashes(use.flag), use.entry);
  const optionClass = classOf(names, use.entry);
  if (optionClass.kind === 'managed') throw managed(use);
  if (optionClass.kind === 'denied' && !isAllowed(names, rules.allowOptions))
    throw denied(use, optionClass.why);
  if (use.path.startsWith('extra_args') && names.some((name) => secretVariables.has(`--${name}`)))
    throw exposedSecret(use);
  if (optionClass.kind === 'file') await checkFiles(use, optionClass.naming, rules.modelRoots);
}

/** Whether the configuration allows one of these spellings. */
function isAllowed(names: readonly string[], allowOptions: readonly string[]): boolean {
  const allowed = allowOptions.map(withoutDashes);
  return names.some((name) => allowed.includes(name));
}

async function checkFiles(use: FlagUse, naming: FileNaming, roots: readonly string[]) {
  for (const path of filePaths(use, naming)) {
    await checkModelFile(path, { roots, field: use.path });
    const { endings } = naming;
    if (endings && !endings.some((ending) => path.toLowerCase().endsWith(ending)))
      throw new LlamactlError(
        'MODEL_PATH_FORBIDDEN',
        `${use.path}: ${path} does not end in ${endings.join(', ')}`,
        {
          details: `Its text becomes visible to clients, so only files named ${endings.join(', ')} are taken.`,
          issues: [{ path: use.path, message: `must end in ${endings.join(', ')}` }],
        },
      );
  }
}

function filePaths({ path, entry, values }: FlagUse, { form }: FileNaming): string[] {
  // Older builds: `--lora-scaled FNAME SCALE`.
  if (entry !== null && entry.arity > 1) return values.slice(0, 1);
  const isList = entry === null || entry.separator !== undefined;
  if (!isList) return [...values];
  return values.flatMap((value) => {
    if (/["\\]/.test(value)) throw invalid(path, 'names files with a quote or backslash');
    return value.split(',').map((item) => (form === 'scaled' ? withoutScale(path, item) : item));
  });
}

function withoutScale(path: string, item: string): string {
  const file = /^([^:]+):-?[\d.]+$/.exec(item)?.[1];
  if (file === undefined) throw invalid(path, 'must be of the form FILE:SCALE, as in /a.gguf:0.5');
  return file;
}

function managed({ path, flag }: FlagUse): LlamactlError {
  return new LlamactlError('OPTION_MANAGED', `${path}: ${flag} is set by llamactl`, {
    details:
      'Leave it out. Host and port of an instance are its own fields, the model is model_path.',
    issues: [{ path, message: 'is set by llamactl' }],
  });
}

function denied({ path, flag }: FlagUse, why: string): LlamactlError {
  return new LlamactlError('OPTION_FORBIDDEN', `${path}: ${flag} ${why}`, {
    details: `To allow it, add ${optionName(flag)} to backends.llama-cpp.allow_options in the configuration file.`,
    issues: [{ path, message: why }],
  });
}

function exposedSecret({ path, flag }: FlagUse): LlamactlError {
  return new LlamactlError(
    'OPTION_FORBIDDEN',
    `${path}: ${flag} among the arguments is visible to every user of the machine`,
    {
      details: `Use options.${optionName(flag)}; it goes by environment and is masked in answers.`,
      issues: [{ path, message: `use options.${optionName(flag)}` }],
    },
  );
}
