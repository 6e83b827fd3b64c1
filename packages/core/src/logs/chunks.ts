import type { FileHandle } from 'node:fs/promises';

/** Read at a time: little enough that parsing it holds up the event loop for some milliseconds only. */
const chunkBytes = 128 * 1024;

const lineFeed = 0x0a;

/** Some successive bytes of a file. */
export interface Chunk {
  /** Valid until the next chunk is asked for. */
  readonly bytes: Buffer;
  /** Where in the file they begin. */
  readonly offset: number;
}

/** Reads a part of a file; ends early where the file ends. */
export async function* chunksOf(
  handle: FileHandle,
  from: number,
  to: number,
): AsyncGenerator<Chunk, void, undefined> {
  if (to <= from) return;
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - from));
  for (let offset = from; offset < to; ) {
    const wanted = Math.min(buffer.length, to - offset);
    const { bytesRead } = await handle.read(buffer, 0, wanted, offset);
    if (bytesRead === 0) return;
    yield { bytes: buffer.subarray(0, bytesRead), offset };
    offset += bytesRead;
  }
}

/** Counts the line ends in a part of a file; `end` is the place behind the last one, or `from`. */
export async function countLines(
  handle: FileHandle,
  from: number,
  to: number,
): Promise<{ lines: number; end: number }> {
  let lines = 0;
  let end = from;
  for await (const { bytes, offset } of chunksOf(handle, from, to)) {
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
      lines++;
      end = offset + at + 1;
    }
  }
  return { lines, end };
}
