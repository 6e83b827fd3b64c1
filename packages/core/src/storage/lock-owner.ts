import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { hasErrno } from './storage-error.js';

/** Who holds a lock, or tries to. */
export interface LockOwner {
  /** Differs between any two attempts. */
  readonly token: string;
  readonly pid: number;
  readonly startedTicks: string;
  readonly bootId: string;
}

/** This process, with a fresh token. */
export async function lockOwnerOfThisProcess(): Promise<LockOwner> {
  return {
    token: randomBytes(8).toString('hex'),
    pid: process.pid,
    startedTicks: (await startedTicksOf(process.pid)) ?? '',
    bootId: await readBootId(),
  };
}

/** Whether the process that wrote a lock lives; a pid alone could be another's by now. */
export async function isOwnerAlive(owner: LockOwner): Promise<boolean> {
  if (owner.bootId !== (await readBootId())) return false;
  return (await startedTicksOf(owner.pid)) === owner.startedTicks;
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

/** Field 22 of /proc/PID/stat; undefined for a process that is gone, a zombie included. */
async function startedTicksOf(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold anything; field 3 follows it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return /^[ZXx]$/.test(fields[0] ?? '') ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}
