import { join } from 'node:path';
import { createDatabaseFile, type DatabaseFile } from '../storage/database-file.js';
import { prepareDataDir } from './prepare-data-dir.js';

/** Where a server keeps what outlives it. */
export interface DataFolder {
  readonly path: string;
  /** One database for definitions and accounts; not open yet. */
  readonly database: DatabaseFile;
}

/**
 * The data folder at a path, made if need be.
 *
 * @throws LlamactlError STORAGE_ERROR
 */
export async function openDataFolder(dir: string): Promise<DataFolder> {
  const path = await prepareDataDir(dir);
  return { path, database: createDatabaseFile(join(path, 'llamactl.db')) };
}
