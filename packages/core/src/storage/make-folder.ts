import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrno } from './storage-error.js';

/**
 * Makes a folder and those that it is in, for their owner alone (0700); content with one that is there. Node's own way to do
 * so never ends where nothing can be made and nobody says so, as under `/proc`.
 *
 * @throws Error of the system
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const parent = dirname(path);
    if (!hasErrno(error, 'ENOENT') || parent === path) throw error;
    await makeFolder(parent);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const isThere = hasErrno(error, 'EEXIST', 'EROFS', 'EACCES', 'EPERM', 'EISDIR');
    if (!isThere || !(await isFolder(path))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
