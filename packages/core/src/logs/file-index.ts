import type { LogPosition } from './entry-maker.js';
import { highestRank } from './level-order.js';

/** Some successive whole lines of a file. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly position: LogPosition;
  /** Rank of the most serious level in it. */
  readonly rank: number;
}

const segmentBytes = 256 * 1024;

/** Where in a file which lines are, so that the newest can be read without reading all. */
export class FileIndex {
  readonly #segments: { -readonly [Key in keyof Segment]: Segment[Key] }[] = [];

  /** Sequence number of the first line; undefined when there is none. */
  get firstSeq(): number | undefined {
    return this.#segments[0]?.position.seq;
  }

  /** Newest first. */
  newestFirst(): readonly Segment[] {
    return this.#segments.toReversed();
  }

  /** Adds what follows: a line, or several that were not looked at (`rank` left out). */
  add(start: number, end: number, position: LogPosition, rank = highestRank): void {
    const last = this.#segments.at(-1);
    if (last === undefined || last.end !== start || start - last.start >= segmentBytes) {
      this.#segments.push({ start, end, position, rank });
      return;
    }
    last.end = end;
    last.rank = Math.max(last.rank, rank);
  }
}
