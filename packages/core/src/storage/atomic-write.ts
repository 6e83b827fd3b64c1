import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasErrno, toStorageError } from './storage-error.js';

/** End of the names of files that are under way; what a crash leaves of them may be removed. */
export const temporarySuffix = '.tmp';

/** In place of a user: leave that as it is. */
const keepId = -1;

/** How the written file looks to others. */
export interface AtomicWriteOptions {
  /** Permissions. Default: 0600. */
  readonly mode?: number;
  /** Whose it is, where this process may say so. Default: its own. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/**
 * Writes a whole file so that whoever reads it, also after a crash or a power cut, finds the old or the
 * new content, never a mix. When it resolves, the new content is on disk; when it rejects, the old file
 * is as it was.
 *
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const fresh = temporaryName(path);
  const old = temporaryName(path);
  try {
    await writeSynced(fresh, data, options);
    const kept = await keepOld(path, old);
    await rename(fresh, path);
    await syncOr(path, () => restore[kept](path, old));
  } catch (error) {
    throw toStorageError(error, `write ${basename(path)}`);
  } finally {
    await discard(fresh);
    await discard(old);
  }
}

/**
 * Removes a file so that it is gone for good when this resolves, and still there when it rejects.
 * No error when there is none.
 *
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR
 */
export async function removeFileDurably(path: string): Promise<void> {
  const old = temporaryName(path);
  try {
    await rename(path, old);
    await syncOr(path, () => restore.kept(path, old));
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw toStorageError(error, `remove ${basename(path)}`);
  } finally {
    await discard(old);
  }
}

/** Removes what writes of a file that were killed have left beside it. Nobody may be writing it. */
export async function removeLeftWrites(path: string): Promise<void> {
  const begin = `${basename(path)}.`;
  const left = new RegExp(`^[0-9a-f]{12}\\${temporarySuffix}$`);
  await removeFiles(
    dirname(path),
    (name) => name.startsWith(begin) && left.test(name.slice(begin.length)),
  );
}

/** Removes the files of a folder that are left over, as from an interrupted write. */
export async function removeFiles(dir: string, isLeft: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(dir)) {
    if (isLeft(name)) await rm(join(dir, name), { force: true });
  }
}

/** Makes sure that names which were added to or removed from a folder are on disk. */
export async function syncDir(dir: string): Promise<void> {
  const handle = await open(dir, 'r').catch((error: unknown) => {
    // Windows opens no folders; there is nothing to do then.
    if (hasErrno(error, 'EISDIR', 'EPERM')) return null;
    throw error;
  });
  try {
    await handle?.sync();
  } catch (error) {
    // Some network and user-space file systems do not offer it for folders.
    if (!hasErrno(error, 'EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM')) throw error;
  } finally {
    await handle?.close();
  }
}

async function writeSynced(
  path: string,
  data: string | Uint8Array,
  { mode, owner }: AtomicWriteOptions,
): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(data);
    if (owner !== undefined) await giveTo(handle, owner);
    // After the owner: a change of that takes bits away.
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Only root gives files away; others may choose among their groups. */
async function giveTo(handle: FileHandle, { uid, gid }: { uid: number; gid: number }) {
  for (const user of [uid, keepId]) {
    try {
      return await handle.chown(user, gid);
    } catch (error) {
      if (!hasErrno(error, 'EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP')) throw error;
    }
  }
}

/** How to get back to the old state, by what was there before. */
const restore = {
  kept: (path: string, old: string) => rename(old, path),
  absent: (path: string) => rm(path, { force: true }),
  unknown: async () => {},
};

/** Gives the old file a second name, by which it can be put back. */
async function keepOld(path: string, old: string): Promise<keyof typeof restore> {
  try {
    await link(path, old);
    return 'kept';
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return 'absent';
    // A file system without hard links.
    if (hasErrno(error, 'EPERM', 'ENOTSUP', 'ENOSYS')) return 'unknown';
    throw error;
  }
}

async function syncOr(path: string, undo: () => Promise<void>): Promise<void> {
  try {
    await syncDir(dirname(path));
  } catch (error) {
    await undo().catch(() => {});
    throw error;
  }
}

/** What stays behind here is removed when the folder is loaded. */
async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}

function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}${temporarySuffix}`;
}
