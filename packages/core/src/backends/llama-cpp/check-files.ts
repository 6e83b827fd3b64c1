import { LlamactlError } from '@llamactl/contract';
import { checkModelFile } from '../../models/check-model.js';
import { shortened } from '../../support/shortened.js';
import type { BackendContext } from '../backend.js';
import type { FlagUse } from './check-class.js';
import { classOf, spellingsOf, withoutDashes } from './option-classes.js';
import type { FileNaming } from './option-families.js';
import { invalid } from './option-values.js';

/**
 * Checks the files that a flag names, if it is one of those that do, by the rule of `model_path`.
 * @throws LlamactlError INVALID_OPTION, MODEL_NOT_FOUND, MODEL_PATH_FORBIDDEN
 */
export async function checkFiles(
  use: FlagUse,
  values: readonly string[],
  { modelRoots, dataDir }: BackendContext,
): Promise<void> {
  const optionClass = classOf(spellingsOf(withoutDashes(use.flag), use.entry), use.entry);
  if (optionClass.kind !== 'file') return;
  for (const path of filePaths(use, values, optionClass.naming)) {
    await checkModelFile(path, { roots: modelRoots, dataDir, field: use.path });
    checkEnding(use, path, optionClass.naming);
  }
}

function checkEnding(use: FlagUse, path: string, { endings }: FileNaming): void {
  if (!endings || endings.some((ending) => path.toLowerCase().endsWith(ending))) return;
  const listed = endings.join(', ');
  throw new LlamactlError(
    'MODEL_PATH_FORBIDDEN',
    `${use.path}: ${shortened(path, 1000)} does not end in ${listed}`,
    {
      details: `Its text becomes visible to clients, so only files named ${listed} are taken.`,
      issues: [{ path: use.path, message: `must end in ${listed}` }],
    },
  );
}

function filePaths(
  { path, entry }: FlagUse,
  values: readonly string[],
  { form }: FileNaming,
): string[] {
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
