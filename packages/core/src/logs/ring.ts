import type { LogEntry } from '@llamactl/contract';

/** Bounds of what is kept in memory of one instance's log. */
export interface RingBounds {
  readonly maxEntries: number;
  /** Two for each character of the messages. */
  readonly maxBytes: number;
}

const defaultBounds: RingBounds = { maxEntries: 10_000, maxBytes: 4 * 1024 * 1024 };

/** The newest entries of a log, bounded by number and size; the oldest give way. */
export class EntryRing {
  readonly #bounds: RingBounds;
  readonly #onDrop: (entry: LogEntry) => void;
  #entries: (LogEntry | undefined)[] = [];
  /** Index of the oldest entry; those before it are dropped in bulk. */
  #first = 0;
  #bytes = 0;

  /** @param onDrop - Called with each entry that gives way. */
  constructor(bounds: RingBounds = defaultBounds, onDrop: (entry: LogEntry) => void = () => {}) {
    this.#bounds = bounds;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#entries.length - this.#first;
  }

  get oldest(): LogEntry | undefined {
    return this.#entries[this.#first];
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
    const { maxEntries, maxBytes } = this.#bounds;
    while (this.size > maxEntries || (this.#bytes > maxBytes && this.size > 1)) {
      const dropped = this.shift();
      if (dropped !== undefined) this.#onDrop(dropped);
    }
  }

  /** Takes the oldest entry out. */
  shift(): LogEntry | undefined {
    const entry = this.oldest;
    if (entry === undefined) return undefined;
    this.#bytes -= bytesOf(entry);
    this.#entries[this.#first++] = undefined;
    if (this.size === 0) this.clear();
    else if (this.#first > this.#bounds.maxEntries) this.#compact();
    return entry;
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  /** The newest `count` entries that pass, oldest first. */
  newest(count: number, passes: (entry: LogEntry) => boolean): LogEntry[] {
    const found: LogEntry[] = [];
    for (let index = this.#entries.length - 1; index >= this.#first; index--) {
      if (found.length >= count) break;
      const entry = this.#entries[index];
      if (entry !== undefined && passes(entry)) found.push(entry);
    }
    return found.reverse();
  }

  #compact(): void {
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}

function bytesOf(entry: LogEntry): number {
  return entry.message.length * 2;
}
