import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import type { LocatedFile } from './config-source.js';
import { type Platform, userConfigDir } from './platform-folders.js';

/** Name of the configuration file, wherever it is. */
export const configFileName = 'llamactl.yaml';

/** Where to look for the configuration file. */
export interface ConfigFilePlaces {
  readonly platform: Platform;
  /** The file that is to be taken, which must be there. */
  readonly named?: string | undefined;
  /** The data folder, as everything but the file says it. */
  readonly dataDir: string;
}

/**
 * Reads the configuration file: the one named, else the first of `llamactl.yaml` in the working folder, in
 * the user's configuration folder, in /etc/llamactl and in the data folder. When there is none, that
 * of the data folder is the one to make.
 *
 * @throws LlamactlError VALIDATION_FAILED when it cannot be read
 */
export async function findConfigFile(places: ConfigFilePlaces): Promise<LocatedFile> {
  const { platform, named, dataDir } = places;
  const cwd = platform.workingFolder;
  if (named !== undefined) return readNamed(resolve(cwd, named));
  const folders = [cwd, userConfigDir(platform), '/etc/llamactl'];
  for (const folder of folders) {
    const file = await readConfigFile(join(folder, configFileName));
    if (file.text !== null) return file;
  }
  const last = await readConfigFile(join(resolve(cwd, dataDir), configFileName));
  return { ...last, isInDataDir: true };
}

/**
 * Reads a configuration file that need not be there.
 *
 * @throws LlamactlError VALIDATION_FAILED when it cannot be read
 */
export async function readConfigFile(path: string): Promise<LocatedFile> {
  try {
    return { path, text: await readText(path) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { path, text: null };
    throw unreadable(path, error);
  }
}

async function readNamed(path: string): Promise<LocatedFile> {
  try {
    const text = await readText(path);
    return (await stat(path)).isFile() ? { path, text } : { path, text, isStream: true };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Bytes that are no UTF-8 would be others once the file is written again. */
async function readText(path: string): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
}

function unreadable(path: string, cause: unknown): LlamactlError {
  const { code } = cause as NodeJS.ErrnoException;
  const why = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not valid UTF-8' : code;
  return new LlamactlError('VALIDATION_FAILED', `${path} cannot be read: ${why}.`, {
    details: 'Name a readable configuration file with --config.',
    cause,
  });
}
