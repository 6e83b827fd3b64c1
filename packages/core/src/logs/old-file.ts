import type { FileHandle } from 'node:fs/promises';
import type { ParsedLine } from '../backends/backend.js';
import { countLines } from './chunks.js';
import { EntryMaker, type LogPosition } from './entry-maker.js';
import { FileCursor } from './file-cursor.js';
import type { FileIndex } from './file-index.js';
import { LineSplitter } from './line-splitter.js';
import { type FileMark, maxFileMarkBytes, parseFileMark } from './mark.js';

type ParseLine = (line: string) => ParsedLine;

/** The mark at the begin of a file, and where the lines begin behind it; null when there is none. */
export async function readFileMark(
  handle: FileHandle,
): Promise<{ mark: FileMark; end: number } | null> {
  const bytes = Buffer.alloc(maxFileMarkBytes);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const end = bytes.subarray(0, bytesRead).indexOf('\n');
  if (end < 0) return null;
  const mark = parseFileMark(bytes.toString('utf8', 0, end));
  return mark && { mark, end: end + 1 };
}

/** Where the lines behind a file mark begin. */
export function positionOf(mark: FileMark): LogPosition {
  const { firstSeq, runStartedMs, timeMs, key } = mark;
  return { seq: firstSeq, runStartedMs, timeMs, key };
}

/**
 * Reads a file that is not written any more, to know where which of its lines are.
 *
 * @param nextSeq - Sequence number of the line that follows the file, where that is known; tells the
 *   numbers in a file that has no mark.
 */
export async function indexOldFile(
  handle: FileHandle,
  parseLine: ParseLine,
  nextSeq: number | null,
): Promise<{ index: FileIndex; end: LogPosition }> {
  const { size, mtimeMs } = await handle.stat();
  const marked = await readFileMark(handle);
  const maker = new EntryMaker(
    parseLine,
    marked ? positionOf(marked.mark) : await unmarkedPosition(handle, size, mtimeMs, nextSeq),
  );
  const rest = marked?.mark.midLine ? 'drop' : 'none';
  const cursor = new FileCursor({ offset: marked?.end ?? 0, rest }, new LineSplitter(), maker);
  await cursor.readTo(size, handle, 'later', () => {});
  cursor.endLine('later', () => {});
  return { index: cursor.index, end: maker.position };
}

async function unmarkedPosition(
  handle: FileHandle,
  size: number,
  timeMs: number,
  nextSeq: number | null,
): Promise<LogPosition> {
  const lines = nextSeq === null ? 0 : (await countLines(handle, 0, size)).lines;
  return { seq: Math.max(1, (nextSeq ?? 1) - lines), runStartedMs: null, timeMs, key: null };
}
