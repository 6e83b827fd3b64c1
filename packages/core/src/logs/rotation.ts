import type { FileHandle } from 'node:fs/promises';
import { type Cut, findCut } from './cut.js';
import type { EntryMaker } from './entry-maker.js';
import type { FileIndex } from './file-index.js';
import { maxLineBytes } from './line-splitter.js';
import type { LiveFile } from './live-file.js';
import { formatFileMark } from './mark.js';
import { draftRotation, type RotationDraft } from './rotation-draft.js';

export interface RotationOptions {
  readonly file: string;
  readonly maxFileBytes: number;
  /** Number of files, the current one included. */
  readonly maxFiles: number;
  /** Key of the log's marks. */
  readonly key: string;
  readonly pauseWriters: () => Promise<(() => void) | null>;
}

/** What a rotation made of the current file. */
export interface RotatedFile {
  readonly inode: number;
  readonly index: FileIndex;
}

/**
 * Moves what is in the current file to an older one, and begins the current one anew with a mark. The
 * writers append to the file that they have open, so it is copied and emptied. They are paused for the last
 * part of the copy only, not while it is parsed: what was not read yet is read from the copy. Without
 * a copy (one file only, or a full disk) it is read during the pause.
 *
 * Returns null when no older file was made.
 */
export async function rotate(
  live: LiveFile,
  maker: EntryMaker,
  options: RotationOptions,
): Promise<RotatedFile | null> {
  const current = live.handle;
  if (current === null) return null;
  const { size } = await current.stat();
  const draft = size === 0 ? null : await draftRotation(options.file, options.maxFiles - 1);
  try {
    const resume = await options.pauseWriters().catch(() => null);
    let division: Division;
    try {
      division = await divide(live, current, maker, draft, options);
    } finally {
      resume?.();
    }
    return await goOn(live, division, draft);
  } finally {
    await draft?.handle.close();
  }
}

interface Division {
  readonly cut: Cut;
  readonly isKept: boolean;
  readonly markBytes: number;
}

async function divide(
  live: LiveFile,
  current: FileHandle,
  maker: EntryMaker,
  draft: RotationDraft | null,
  options: RotationOptions,
): Promise<Division> {
  const { offset, lineStart } = live.cursor;
  const cut = await findCut(current, { read: offset, lineStart, maxCarried: maxCarried(options) });
  const { seq, runStartedMs, timeMs } = maker.position;
  const mark = {
    key: options.key,
    firstSeq: seq + cut.unreadLines,
    midLine: cut.midLine,
    runStartedMs,
    timeMs,
  };
  const isKept = draft !== null && (await draft.finish(current, cut.end));
  if (!isKept) await readRest(live, cut, current);
  const markBytes = await beginFile(current, formatFileMark(mark), cut.carried);
  maker.set({ key: mark.key });
  return { cut, isKept, markBytes };
}

/** Returns how long the mark is. */
async function beginFile(current: FileHandle, mark: string, carried: Buffer): Promise<number> {
  const line = Buffer.from(mark);
  await current.truncate(0);
  try {
    await current.appendFile(Buffer.concat([line, carried]));
    return line.length;
  } catch {
    // Full even so. The lines to come count more; without a mark they are numbered after the older file.
    return (await current.stat()).size;
  }
}

async function goOn(
  live: LiveFile,
  { cut, isKept, markBytes }: Division,
  draft: RotationDraft | null,
): Promise<RotatedFile | null> {
  const { index } = live.cursor;
  let rotated: RotatedFile | null = null;
  if (isKept && draft !== null) {
    await readRest(live, cut, draft.handle);
    rotated = { inode: (await draft.handle.stat()).ino, index };
  }
  if (cut.midLine) live.cursor.endInMidLine(cut.end);
  live.goOn({ offset: markBytes, rest: cut.midLine ? 'join' : 'none' });
  return rotated;
}

async function readRest(live: LiveFile, { end }: Cut, handle: FileHandle): Promise<void> {
  await live.skipUnread(end, handle);
  await live.readTo(end, handle, 'live');
}

/** The begin of a line that is carried over must leave room in the new file. */
function maxCarried({ maxFileBytes }: RotationOptions): number {
  return Math.min(maxLineBytes, Math.floor(maxFileBytes / 2));
}
