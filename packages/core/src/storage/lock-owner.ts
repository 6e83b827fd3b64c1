import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { LlamactlError } from '@llamactl/contract';
import { identityOf } from '../process/identity.js';
import { readProcess } from '../process/process-table.js';
import type { ProcessIdentity } from '../process/run.js';
import { hasErrno } from './storage-error.js';

/** Who holds a lock, or tries to. */
export interface LockOwner extends ProcessIdentity {
  /** Differs between any two attempts. */
  readonly token: string;
}

/** This process, with a fresh token. */
export function lockOwnerOfThisProcess(): LockOwner {
  const self = readProcess(process.pid);
  if (self === null) {
    throw new LlamactlError('STORAGE_ERROR', 'The process table of this machine cannot be read.', {
      details: 'Make /proc visible to this process; the data folder cannot be locked without it.',
    });
  }
  return { token: randomBytes(8).toString('hex'), ...identityOf(self) };
}

/**
 * Reads a lock file; null when there is none. One that holds no owner, as after a power cut, counts as
 * written by a process that is gone.
 */
export async function readLockOwner(path: string): Promise<LockOwner | null> {
  try {
    const [text, { ino, mtimeMs }] = [await readFile(path, 'utf8'), await stat(path)];
    const nobody = { token: `unreadable-${ino}-${mtimeMs}`, pid: 0, startedTicks: '', bootId: '' };
    return parseOwner(text) ?? nobody;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

function parseOwner(text: string): LockOwner | null {
  try {
    const { token, pid, startedTicks, bootId } = JSON.parse(text) as Partial<LockOwner>;
    if (typeof token !== 'string' || !/^[0-9a-f]{16}$/.test(token)) return null;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return null;
    if (typeof startedTicks !== 'string' || typeof bootId !== 'string') return null;
    return { token, pid, startedTicks, bootId };
  } catch {
    return null;
  }
}
