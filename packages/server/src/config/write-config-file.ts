import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { makeFolder, removeLeftWrites, writeFileAtomic } from '@llamactl/core';

/**
 * Writes the configuration file so that whoever reads it finds the old or the new one, also after a crash.
 * A link is followed; permissions and owner stay. A new file is for its owner alone.
 *
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR
 */
export async function writeConfigFile(path: string, text: string): Promise<void> {
  try {
    const target = await followLinks(path);
    const options = await optionsLike(target);
    await removeLeftWrites(target);
    await writeFileAtomic(target, text, options);
  } catch (error) {
    throw toWriteError(error, path);
  }
}

/** Removes what writes that were killed have left beside the file. */
export async function removeLeftConfigWrites(path: string): Promise<void> {
  // Where nothing can be removed, nothing was written either.
  await followLinks(path)
    .then(removeLeftWrites)
    .catch(() => {});
}

/** The file that a path leads to; the path itself when there is none. */
async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    // A link to nowhere: to follow it would make a file that nobody expects.
    if (isThere) throw error;
    return path;
  }
}

async function optionsLike(path: string) {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) {
    // An app with a core of its own may never have made its data folder.
    await makeFolder(dirname(path));
    return {};
  }
  // The folder alone decides whether a file can be replaced. Its owner may have meant it to stay, though.
  await access(path, constants.W_OK);
  if ((found.mode & 0o222) === 0) throw Object.assign(new Error('read-only'), { code: 'EACCES' });
  return { mode: found.mode & 0o7777, owner: { uid: found.uid, gid: found.gid } };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'the server has no right to',
  EPERM: 'the server has no right to',
  EROFS: 'its disk is read-only',
  EBUSY: 'it is mounted by itself, so it cannot be replaced',
  ENOENT: 'it is a link to nowhere, or its folder is gone',
};

function toWriteError(error: unknown, path: string): LlamactlError {
  if (LlamactlError.is(error, 'STORAGE_FULL')) return error;
  const cause = LlamactlError.is(error) ? error.cause : error;
  const code = String((cause as { code?: unknown } | null)?.code ?? '');
  const reason = reasons[code] ?? 'see the log of the server';
  return new LlamactlError('STORAGE_ERROR', `${basename(path)} cannot be written: ${reason}.`, {
    details:
      'Nothing was changed. Let the user of the server write the file and its folder, or edit the file by hand.',
    cause,
  });
}
