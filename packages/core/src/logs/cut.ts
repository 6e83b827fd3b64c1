import type { FileHandle } from 'node:fs/promises';
import { chunksOf, countLines } from './chunks.js';

/** How a rotation divides the current file. */
export interface Cut {
  /** Up to here it goes to the older file. */
  readonly end: number;
  /** What goes to the new one: the begin of the last line, unless that is too long. */
  readonly carried: Buffer;
  /** Whether the older file ends within a line, whose rest the new one will begin with. */
  readonly midLine: boolean;
  /** Lines that end between what was read and `end`, the unfinished one included. */
  readonly unreadLines: number;
}

/**
 * Finds the place to divide a file at, so that both parts hold whole lines.
 *
 * @param read - How far it was read.
 * @param lineStart - Where the line begins that had not ended there.
 */
export async function findCut(
  handle: FileHandle,
  { read, lineStart, maxCarried }: { read: number; lineStart: number; maxCarried: number },
): Promise<Cut> {
  const { size } = await handle.stat();
  const { lines, end } = await countLines(handle, read, size);
  const lastLineStart = lines > 0 ? end : lineStart;
  if (size - lastLineStart > maxCarried) {
    return { end: size, carried: Buffer.alloc(0), midLine: true, unreadLines: lines + 1 };
  }
  const carried = await readRange(handle, lastLineStart, size);
  return { end: lastLineStart, carried, midLine: false, unreadLines: lines };
}

async function readRange(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const { bytes } of chunksOf(handle, from, to)) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
}
