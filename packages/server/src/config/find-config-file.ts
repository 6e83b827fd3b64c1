import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import type { ConfigFile } from './parse-config-file.js';
import { type Platform, userConfigDir } from './platform-folders.js';

const fileName = 'llamactl.yaml';

/**
 * Reads the configuration file: the one named, which must be there, else the first of `llamactl.yaml` in
 * the working folder, in the user's configuration folder and in /etc/llamactl, if any.
 *
 * @throws LlamactlError VALIDATION_FAILED when it cannot be read
 */
export async function findConfigFile(
  named: string | undefined,
  platform: Platform,
): Promise<ConfigFile | undefined> {
  if (named !== undefined) return readConfigFile(named, true);
  const folders = [platform.workingFolder, userConfigDir(platform), '/etc/llamactl'];
  for (const folder of folders) {
    const file = await readConfigFile(join(folder, fileName), false);
    if (file) return file;
  }
  return undefined;
}

async function readConfigFile(path: string, needed: boolean): Promise<ConfigFile | undefined> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!needed && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw new LlamactlError('VALIDATION_FAILED', `${path} cannot be read: ${code}.`, {
      details: 'Name a readable configuration file with --config.',
      cause,
    });
  }
}
