import { link, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { isSameProcess } from '../process/identity.js';
import { removeFiles } from './atomic-write.js';
import { type LockOwner, lockOwnerOfThisProcess, readLockOwner } from './lock-owner.js';
import { makeFolder } from './make-folder.js';
import { hasErrno, toStorageError } from './storage-error.js';

/** The right of this process to use a data folder. */
export interface DataDirLock extends AsyncDisposable {
  /** Lets others have the folder; may be called again. */
  release(): Promise<void>;
}

/** Name of the file that says who uses a data folder. */
export const lockName = 'manager.lock';

/**
 * Makes this process the only user of a data folder, which is made if need be (0700). A lock that was
 * left by a process which is gone (killed, or before a reboot) is taken over; of several that try at the
 * same time exactly one gets it.
 *
 * The lock is a file, for Node has no `flock`. Two machines, or two containers with process ids of their
 * own, that share a folder do not see each other.
 *
 * @throws LlamactlError DATA_DIR_LOCKED, naming the holder's pid; STORAGE_FULL, STORAGE_ERROR
 */
export async function lockDataDir(dir: string): Promise<DataDirLock> {
  const path = join(dir, lockName);
  const owner = lockOwnerOfThisProcess();
  try {
    await makeFolder(dir);
    for (;;) {
      const outcome = await attempt(path, owner);
      if (outcome === 'held') break;
      if (outcome !== 'again') throw lockedError(dir, outcome);
    }
    // For the holder alone: while it lives nobody else can get the lock by these files.
    await removeFiles(dir, (name) => name.startsWith(`${lockName}.`));
  } catch (error) {
    throw toStorageError(error, `lock the data folder ${dir}`);
  }
  const release = () => releaseLock(path, owner);
  return { release, [Symbol.asyncDispose]: release };
}

/*
 * A dead owner's lock must not simply be removed: two that find it dead could do so one after the other,
 * and the second would remove the new lock of the first. So each lock has a token, and whoever wants to
 * follow a dead owner makes the file `manager.lock.after-TOKEN`, which only one can make. If that one dies
 * too before it has put its file in the place of the lock, it is followed in the same way: a chain. The
 * end of the chain that begins at `manager.lock` has the lock; a link that cannot be reached has not.
 */
async function attempt(path: string, owner: LockOwner): Promise<'held' | 'again' | LockOwner> {
  const chain = await walk(path);
  const last = chain.at(-1);
  if (last !== undefined && isSameProcess(last)) return last;
  const place = last === undefined ? path : successorOf(path, last);
  if (!(await claim(path, place, owner))) return 'again';
  if (place === path) return 'held';
  // Between our look and our claim the lock may have changed hands.
  if ((await walk(path)).at(-1)?.token !== owner.token) {
    await rm(place, { force: true });
    return 'again';
  }
  await rename(place, path);
  return 'held';
}

/** The owners from the lock on, each the follower of the one before. */
async function walk(path: string): Promise<LockOwner[]> {
  const chain: LockOwner[] = [];
  for (let place = path; ; ) {
    const owner = await readLockOwner(place);
    if (owner === null) return chain;
    chain.push(owner);
    place = successorOf(path, owner);
  }
}

/** Puts our name at a place that nobody has; false when somebody has. */
async function claim(path: string, place: string, owner: LockOwner): Promise<boolean> {
  // Written elsewhere first, so that nobody sees half of it.
  const draft = `${path}.${owner.token}.tmp`;
  try {
    await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
    await link(draft, place);
    return true;
  } catch (error) {
    // ENOENT: the new holder tidied our draft away.
    if (hasErrno(error, 'EEXIST', 'ENOENT')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function successorOf(path: string, owner: LockOwner): string {
  return `${path}.after-${owner.token}`;
}

async function releaseLock(path: string, owner: LockOwner): Promise<void> {
  try {
    if ((await readLockOwner(path))?.token === owner.token) await rm(path, { force: true });
  } catch (error) {
    throw toStorageError(error, 'release the lock of the data folder');
  }
}

function lockedError(dir: string, holder: LockOwner): LlamactlError {
  return new LlamactlError(
    'DATA_DIR_LOCKED',
    `The data folder ${dir} is in use by the process with the pid ${holder.pid}.`,
    { details: 'Stop that process, or use another data folder.' },
  );
}
