import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { isDiskFull } from '../storage/storage-error.js';
import { chunksOf } from './chunks.js';
import { draftFile, olderFile, removeOldest, shiftOlder } from './log-files.js';

/** A copy of the current file that is to become the first of the older ones. */
export interface RotationDraft {
  /** Open for reading and writing; whoever asked for the draft closes it. */
  readonly handle: FileHandle;
  /**
   * Completes the copy up to `size` and makes it the first of the older files. False when that failed, as
   * on a full disk.
   */
  finish(current: FileHandle, size: number): Promise<boolean>;
}

/**
 * Copies the current file while it is still written to, so that little is left to do once the writers are
 * paused. Removes the oldest files if the disk is full. Null when no older files are wanted or the copy
 * cannot be made.
 */
export async function draftRotation(file: string, maxOlder: number): Promise<RotationDraft | null> {
  if (maxOlder < 1) return null;
  const draft = draftFile(file);
  for (;;) {
    try {
      await copyFile(file, draft, constants.COPYFILE_FICLONE);
      const handle = await open(draft, 'r+');
      return { handle, finish: (current, size) => finish(handle, current, size, file, maxOlder) };
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      if (!isDiskFull(error) || !(await removeOldest(file).catch(() => false))) return null;
    }
  }
}

async function finish(
  handle: FileHandle,
  current: FileHandle,
  size: number,
  file: string,
  maxOlder: number,
): Promise<boolean> {
  const draft = draftFile(file);
  try {
    const { size: copied } = await handle.stat();
    for await (const { bytes, offset } of chunksOf(current, copied, size)) {
      await writeAll(handle, bytes, offset);
    }
    await handle.truncate(size);
    await shiftOlder(file, maxOlder);
    await rename(draft, olderFile(file, 1));
    return true;
  } catch {
    await rm(draft, { force: true }).catch(() => {});
    return false;
  }
}

async function writeAll(to: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const rest = bytes.length - written;
    const { bytesWritten } = await to.write(bytes, written, rest, offset + written);
    written += bytesWritten;
  }
}
