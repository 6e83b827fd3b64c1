import { type Framing, WireError } from './response-head.js';

/** More than a size and its extensions, or a line of a trailer, ever take. */
const maxLineBytes = 4_096;
const nothing = Buffer.alloc(0);
const lineFeed = 10;

/** Takes the body of an answer out of what a connection brings. */
export class BodyReader {
  readonly endsAtClose: boolean;
  #state: 'data' | 'size' | 'data-end' | 'trailer' | 'done';
  /** Bytes to come of the body, or of the chunk. */
  #left: number;
  readonly #isChunked: boolean;
  /** The begin of a line whose end is still to come. */
  #line = nothing;
  #trailerBytes = 0;

  constructor(framing: Framing) {
    this.endsAtClose = framing.kind === 'close';
    this.#isChunked = framing.kind === 'chunked';
    this.#left = framing.kind === 'length' ? framing.length : Number.POSITIVE_INFINITY;
    this.#state = this.#isChunked ? 'size' : 'data';
    if (this.#left === 0) this.#state = 'done';
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** What ends when the connection is closed has ended. */
  finish(): void {
    this.#state = 'done';
  }

  /** Gives the parts of the body, and returns what is left when it has ended. @throws WireError */
  push(data: Buffer, give: (chunk: Buffer) => void): Buffer {
    let rest = data;
    while (rest.length > 0 && this.#state !== 'done') {
      rest = this.#state === 'data' ? this.#takeData(rest, give) : this.#takeLine(rest);
    }
    return rest;
  }

  #takeData(data: Buffer, give: (chunk: Buffer) => void): Buffer {
    const part = data.length > this.#left ? data.subarray(0, this.#left) : data;
    this.#left -= part.length;
    if (this.#left === 0) this.#state = this.#isChunked ? 'data-end' : 'done';
    give(part);
    return data.length === part.length ? nothing : data.subarray(part.length);
  }

  #takeLine(data: Buffer): Buffer {
    const end = data.indexOf(lineFeed);
    const part = end < 0 ? data : data.subarray(0, end);
    if (this.#line.length + part.length > maxLineBytes) throw new WireError('a line is too long');
    const line = this.#line.length === 0 ? part : Buffer.concat([this.#line, part]);
    if (end < 0) {
      // A copy, so that the little that is kept does not hold on to a large buffer.
      this.#line = Buffer.from(line);
      return nothing;
    }
    this.#line = nothing;
    const text = line.toString('latin1');
    if (!text.endsWith('\r')) throw new WireError('a line ends without a carriage return');
    this.#readLine(text.slice(0, -1));
    return data.subarray(end + 1);
  }

  #readLine(line: string): void {
    if (this.#state === 'size') {
      const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;[^\r\n]*)?$/.exec(line)?.[1];
      if (size === undefined) throw new WireError('the size of a chunk is none');
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    } else if (this.#state === 'data-end') {
      if (line !== '') throw new WireError('a chunk is longer than it said');
      this.#state = 'size';
    } else if (line === '') {
      this.#state = 'done';
    } else {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > maxLineBytes) throw new WireError('its trailer is too long');
    }
  }
}
