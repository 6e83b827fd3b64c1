import type { NumberedEvent } from './event-feed.js';

/** Bounds of the events that are kept for those who come back. */
export interface EventMemoryBounds {
  readonly maxEvents: number;
  /** Two for each character of an event as JSON. */
  readonly maxBytes: number;
}

const defaultBounds: EventMemoryBounds = { maxEvents: 10_000, maxBytes: 32 * 1024 * 1024 };

/** The newest events but those that the next one of their kind replaces: figures of instances. */
export class EventMemory {
  readonly #bounds: EventMemoryBounds;
  #kept: { readonly event: NumberedEvent; readonly bytes: number }[] = [];
  #bytes = 0;
  /** Number of the newest event that should be kept and is not any more. */
  #forgotten = 0;

  constructor(bounds: EventMemoryBounds = defaultBounds) {
    this.#bounds = bounds;
  }

  push(event: NumberedEvent): void {
    if (event.type === 'instance_stats_updated') return;
    const bytes = JSON.stringify(event.data).length * 2;
    this.#kept.push({ event, bytes });
    this.#bytes += bytes;
    const { maxEvents, maxBytes } = this.#bounds;
    let excess = 0;
    for (const { event: oldest, bytes: freed } of this.#kept) {
      if (this.#kept.length - excess <= maxEvents && this.#bytes <= maxBytes) break;
      this.#bytes -= freed;
      this.#forgotten = oldest.seq;
      excess++;
    }
    if (excess > 0) this.#kept.splice(0, excess);
  }

  /** What came after an event, oldest first; null when some of that is forgotten. */
  after(seq: number): readonly NumberedEvent[] | null {
    if (!(seq >= this.#forgotten)) return null;
    const first = this.#kept.findIndex(({ event }) => event.seq > seq);
    return first < 0 ? [] : this.#kept.slice(first).map(({ event }) => event);
  }
}
