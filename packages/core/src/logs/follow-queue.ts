import type { LogEntry } from '@llamactl/contract';
import { EntryRing, type RingBounds } from './ring.js';

const defaultBounds: RingBounds = { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 };

/**
 * The entries that a reader has yet to take. When it falls behind by more than the bounds, the oldest give
 * way, and it gets one entry of level warn in their place.
 */
export class FollowQueue {
  readonly #ring: EntryRing;
  #missed = 0;
  #lastMissed: LogEntry | null = null;

  constructor(bounds: RingBounds = defaultBounds) {
    this.#ring = new EntryRing(bounds, (entry) => {
      this.#missed++;
      this.#lastMissed = entry;
    });
  }

  push(entry: LogEntry): void {
    this.#ring.push(entry);
  }

  /** Takes the next entry with a number greater than `seq`; undefined when there is none yet. */
  take(seq: number): LogEntry | undefined {
    const notice = this.#takeNotice(seq);
    if (notice) return notice;
    let entry = this.#ring.shift();
    while (entry && entry.seq <= seq) entry = this.#ring.shift();
    return entry;
  }

  #takeNotice(seq: number): LogEntry | undefined {
    const last = this.#lastMissed;
    const missed = this.#missed;
    this.#lastMissed = null;
    this.#missed = 0;
    if (last === null || last.seq <= seq) return undefined;
    const message = `${Math.min(missed, last.seq - seq)} lines were left out: they came faster than they were taken`;
    return { seq: last.seq, timestamp: last.timestamp, level: 'warn', message };
  }
}
