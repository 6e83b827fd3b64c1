const mark = Buffer.from('event: error\n');
const markedLine = Buffer.from(`\n${mark}`);
const eventEnd = '\n\n';
const lineFeed = 10;
const nothing = Buffer.alloc(0);
/** More than an error takes. */
const maxEventBytes = 65_536;

/** Finds the events of a stream that tell of an error, whatever pieces it comes in; all else goes by unread. */
export class ErrorEvents {
  readonly #translate: (event: string) => string;
  /** The begin of what may be such an event. */
  #held = nothing;
  #isLineStart = true;

  /** @param translate - Gets such an event, and gives what is to come in its place. */
  constructor(translate: (event: string) => string) {
    this.#translate = translate;
  }

  /** What is to go on by now; empty for nothing. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = nothing;
    const start = this.#startIn(bytes);
    const end = start < 0 ? -1 : bytes.indexOf(eventEnd, start);
    if (end >= 0) return this.#replace(bytes, start, end + eventEnd.length);
    const mayBecomeOne = start >= 0 && bytes.length - start <= maxEventBytes;
    // What is held begins a line.
    this.#isLineStart = mayBecomeOne || bytes.at(-1) === lineFeed;
    if (!mayBecomeOne) return bytes;
    this.#held = Buffer.from(bytes.subarray(start));
    return bytes.subarray(0, start);
  }

  #replace(bytes: Buffer, start: number, end: number): Buffer {
    const event = Buffer.from(this.#translate(bytes.toString('utf8', start, end)));
    const rest = bytes.subarray(end);
    this.#isLineStart = true;
    return Buffer.concat([
      bytes.subarray(0, start),
      event,
      rest.length === 0 ? rest : this.push(rest),
    ]);
  }

  /** What was held back, when nothing more comes. */
  end(): Buffer {
    return this.#held;
  }

  /** Where such an event begins, or may begin with the last bytes; -1 for nowhere. */
  #startIn(bytes: Buffer): number {
    if (this.#isLineStart && begins(bytes)) return 0;
    const found = bytes.indexOf(markedLine);
    if (found >= 0) return found + 1;
    const lastLine = bytes.lastIndexOf(lineFeed) + 1;
    return lastLine > 0 && begins(bytes.subarray(lastLine)) ? lastLine : -1;
  }
}

/** Whether bytes begin with the mark, or are the begin of one. */
function begins(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, mark.length);
  return length > 0 && mark.compare(bytes, 0, length, 0, length) === 0;
}
