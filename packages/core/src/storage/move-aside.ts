import { rename } from 'node:fs/promises';
import { hasErrno } from './storage-error.js';

const asideName = /\.corrupt-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;

/**
 * Moves a file or folder that cannot be used aside, as `NAME.corrupt-TIME` in the same folder. No error when it is
 * gone by now.
 * @returns Where it is now.
 */
export async function moveAside(path: string, at = new Date()): Promise<string> {
  const aside = `${path}.corrupt-${at.toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
  return aside;
}

/** Whether something has been moved aside, by its name. */
export function isAside(name: string): boolean {
  return asideName.test(name);
}
