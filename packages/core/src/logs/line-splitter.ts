import { StringDecoder } from 'node:string_decoder';
import { cutMark } from '../support/cut-mark.js';

/** Bytes of a line that are kept; the rest is cut off. */
export const maxLineBytes = 64 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Takes a line, without its end (LF or CR LF), and the place in the chunk behind that end.
 */
export type LineSink = (line: string, end: number) => void;

/**
 * Cuts a stream of bytes into lines, whatever its chunks. Each line is decoded for itself: bytes that are
 * no UTF-8 become U+FFFD. Of a line of more than {@link maxLineBytes} the begin is kept, followed by a mark
 * that tells how many bytes were cut off. Holds no more than the begin of one line.
 */
export class LineSplitter {
  #begin: Buffer[] = [];
  #beginBytes = 0;
  #length = 0;

  /** Whether it holds the begin of a line that has not ended yet. */
  get isMidLine(): boolean {
    return this.#length > 0;
  }

  /** Takes the next bytes, which may be reused afterwards, and hands out each line that ends in them. */
  push(chunk: Buffer, sink: LineSink): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      if (end < 0) break;
      if (this.#length === 0) {
        sink(decodeLine(chunk, start, end), end + 1);
      } else {
        this.#keep(chunk.subarray(start, end));
        sink(this.take(), end + 1);
      }
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Ends the line that has begun and returns it. */
  take(): string {
    const line = decodeKept(Buffer.concat(this.#begin), this.#length);
    this.reset();
    return line;
  }

  /** Forgets the line that has begun. */
  reset(): void {
    this.#begin = [];
    this.#beginBytes = 0;
    this.#length = 0;
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    const room = maxLineBytes - this.#beginBytes;
    if (room <= 0) return;
    const kept = Buffer.from(bytes.subarray(0, room));
    this.#begin.push(kept);
    this.#beginBytes += kept.length;
  }
}

function decodeLine(bytes: Buffer, start: number, end: number): string {
  if (end - start > maxLineBytes) {
    return decodeKept(bytes.subarray(start, start + maxLineBytes), end - start);
  }
  const endsInReturn = end > start && bytes[end - 1] === carriageReturn;
  return bytes.toString('utf8', start, endsInReturn ? end - 1 : end);
}

function decodeKept(kept: Buffer, length: number): string {
  if (length <= maxLineBytes) return decodeLine(kept, 0, kept.length);
  // The decoder holds back a character whose last bytes were cut off.
  const begin = new StringDecoder('utf8').write(kept);
  return `${begin}${cutMark(length - kept.length)}`;
}
