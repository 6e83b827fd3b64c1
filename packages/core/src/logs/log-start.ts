import { randomBytes } from 'node:crypto';
import { type FileHandle, rm } from 'node:fs/promises';
import type { ParsedLine } from '../backends/backend.js';
import type { LogPosition } from './entry-maker.js';
import type { CursorStart } from './file-cursor.js';
import { draftFile, olderFile } from './log-files.js';
import { indexOldFile, positionOf, readFileMark } from './old-file.js';
import { openIfThere } from './open-if-there.js';

/** Where to begin to read the current file of a log. */
export interface LogStart {
  readonly cursor: CursorStart;
  readonly position: LogPosition;
  /** Key of the log: that of the marks it has, else a fresh one for those to come. */
  readonly key: string;
}

/**
 * Finds out where the current file of a log begins, and tidies up after a rotation that a crash
 * interrupted.
 */
export async function findLogStart(
  file: string,
  parseLine: (line: string) => ParsedLine,
): Promise<LogStart> {
  await rm(draftFile(file), { force: true });
  const current = await openIfThere(file);
  const older = await openIfThere(olderFile(file, 1));
  try {
    return await startOf(file, current, older, parseLine);
  } finally {
    await current?.close();
    await older?.close();
  }
}

async function startOf(
  file: string,
  current: FileHandle | null,
  older: FileHandle | null,
  parseLine: (line: string) => ParsedLine,
): Promise<LogStart> {
  const marked = current && (await readFileMark(current));
  if (marked) {
    const olderMark = older && (await readFileMark(older));
    // The copy was made, but the current file not yet emptied.
    const isCopy = olderMark?.mark.firstSeq === marked.mark.firstSeq;
    if (isCopy) await rm(olderFile(file, 1), { force: true });
    const rest = marked.mark.midLine ? 'drop' : 'none';
    const { key } = marked.mark;
    return { cursor: { offset: marked.end, rest }, position: positionOf(marked.mark), key };
  }
  const cursor: CursorStart = { offset: 0, rest: 'none' };
  if (older) {
    const { end } = await indexOldFile(older, parseLine, null);
    return { cursor, position: { ...end, key: null }, key: end.key ?? freshKey() };
  }
  const timeMs = current ? (await current.stat()).mtimeMs : Date.now();
  const position = { seq: 1, runStartedMs: null, timeMs, key: null };
  return { cursor, position, key: freshKey() };
}

function freshKey(): string {
  return randomBytes(8).toString('hex');
}
