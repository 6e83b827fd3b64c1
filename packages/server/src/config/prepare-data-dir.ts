import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { makeFolder } from '@llamactl/core';

/**
 * Makes the data folder if need be, for its owner alone (0700); returns its absolute path.
 *
 * @throws LlamactlError STORAGE_ERROR
 */
export async function prepareDataDir(path: string): Promise<string> {
  const folder = resolve(path);
  try {
    await makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return folder;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new LlamactlError('STORAGE_ERROR', `The data folder ${folder} cannot be used: ${code}.`, {
      details: 'Choose a folder that this user may write to, with data_dir or --data-dir.',
      cause,
    });
  }
}
