import { type FileHandle, open } from 'node:fs/promises';
import { hasErrno } from '../storage/storage-error.js';

/** Opens a file; null when there is none. */
export async function openIfThere(
  path: string,
  flags: string | number = 'r',
): Promise<FileHandle | null> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
