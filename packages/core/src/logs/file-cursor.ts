import type { FileHandle } from 'node:fs/promises';
import type { LogEntry } from '@llamactl/contract';
import { chunksOf, countLines } from './chunks.js';
import type { EntryMaker, Timing } from './entry-maker.js';
import { FileIndex } from './file-index.js';
import { rankOf } from './level-order.js';
import type { LineSplitter } from './line-splitter.js';

/** Where to begin in a file, and with what. */
export interface CursorStart {
  readonly offset: number;
  /**
   * What the bytes up to the first line end are: the begin of a line (`none`), or the rest of a line that
   * began in the file before: `join` it to what the splitter holds of it, or `drop` it.
   */
  readonly rest: 'none' | 'join' | 'drop';
}

/** Reads one file of a log forward, and notes where which lines are. */
export class FileCursor {
  readonly index = new FileIndex();
  readonly #splitter: LineSplitter;
  readonly #maker: EntryMaker;
  #rest: CursorStart['rest'];
  #offset: number;
  #lineStart: number;

  constructor(start: CursorStart, splitter: LineSplitter, maker: EntryMaker) {
    this.#rest = start.rest;
    this.#offset = start.offset;
    this.#lineStart = start.offset;
    this.#splitter = splitter;
    this.#maker = maker;
  }

  /** How far it has read. */
  get offset(): number {
    return this.#offset;
  }

  /** Where the line begins that has not ended yet. */
  get lineStart(): number {
    return this.#lineStart;
  }

  /** Reads up to an offset or the end of the file, and hands out each line that ends before. */
  async readTo(
    to: number,
    handle: FileHandle,
    timing: Timing,
    sink: (entry: LogEntry) => void,
  ): Promise<void> {
    for await (const { bytes, offset } of chunksOf(handle, this.#offset, to)) {
      this.#splitter.push(bytes, (line, end) => this.#takeLine(line, offset + end, timing, sink));
      this.#offset = offset + bytes.length;
    }
  }

  /** Ends the line that has not ended in the file, as at the end of a file that is not written any more. */
  endLine(timing: Timing, sink: (entry: LogEntry) => void): void {
    if (!this.#splitter.isMidLine) return;
    this.#takeLine(this.#splitter.take(), this.#offset, timing, sink);
  }

  /**
   * Passes over the lines up to an offset without a look at them. Returns the entry that stands for them;
   * null when no line ends there.
   */
  async skipTo(to: number, handle: FileHandle): Promise<LogEntry | null> {
    const { lines, end } = await countLines(handle, this.#offset, to);
    if (lines === 0) return null;
    const start = this.#lineStart;
    this.#splitter.reset();
    this.#rest = 'none';
    this.index.add(start, end, this.#maker.position);
    this.#offset = end;
    this.#lineStart = end;
    const bytes = end - start;
    return this.#maker.skip(
      lines,
      `${lines} lines (${bytes} bytes) were skipped: they came faster than they could be read`,
    );
  }

  /** Notes that the file ends in the begin of a line that goes on in the next file. */
  endInMidLine(end: number): void {
    this.index.add(this.#lineStart, end, this.#maker.position);
  }

  #takeLine(line: string, end: number, timing: Timing, sink: (entry: LogEntry) => void): void {
    const start = this.#lineStart;
    const rest = this.#rest;
    this.#rest = 'none';
    this.#lineStart = end;
    if (rest === 'drop') return;
    const position = this.#maker.position;
    const entry = this.#maker.make(line, timing);
    // The rest of a line is of no use without its begin, which the index of the file before has.
    if (rest === 'none') this.index.add(start, end, position, rankOf(entry.level));
    sink(entry);
  }
}
