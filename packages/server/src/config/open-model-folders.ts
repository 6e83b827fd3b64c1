import { stat } from 'node:fs/promises';
import type { Config } from '@llamactl/contract';

/**
 * What is to be said of the folders that models may lie in: a model decides what a backend does, so nobody else
 * should be able to put one in the place of another.
 */
export async function openModelFolders(config: Config | null): Promise<string[]> {
  const warnings = await Promise.all((config?.models.roots ?? []).map(warningFor));
  return warnings.flat();
}

async function warningFor(root: string): Promise<string[]> {
  const found = await stat(root).catch(() => null);
  if (found === null) return [`${root} of models.roots is not there, so no model can lie in it`];
  const everybody = 0o002;
  if ((found.mode & everybody) === 0) return [];
  return [`${root} of models.roots can be changed by everybody on this machine: chmod o-w ${root}`];
}
