import type { LlamactlEvents, LlamactlEventType, OuterEventType } from './events.js';

/** An event with its place in the order of all events. */
export type NumberedEvent = {
  [T in LlamactlEventType]: {
    readonly type: T;
    /** Names this run of Llamactl; numbers belong to it. */
    readonly epoch: string;
    /** Rises by one with each event; the first has 1. */
    readonly seq: number;
    /** ISO 8601. */
    readonly timestamp: string;
    readonly data: LlamactlEvents[T];
  };
}[LlamactlEventType];

/**
 * All events of one Llamactl in order. The newest 10 000 of them (and at most 32 MiB) are remembered, but
 * for `instance_stats_updated`: each of those replaces the one before and is told once only.
 */
export interface EventFeed {
  /** Random for each Llamactl. */
  readonly epoch: string;
  /** Number of the last event; 0 before the first. */
  readonly seq: number;
  /**
   * What came after an event, oldest first; null when that is not known any more (another epoch, or too
   * long ago), so that only a look at the whole state helps. `instance_stats_updated` is left out, so a number
   * that is missing between two events of the answer is one of those and not a gap.
   */
  since(epoch: string, seq: number): readonly NumberedEvent[] | null;
  /**
   * Calls back on each event, in order and before the operation that caused it goes on; returns the
   * function that ends it. To start from the whole state, subscribe and look at it without a wait between:
   * it then includes every event up to `seq`.
   */
  subscribe(listener: (event: NumberedEvent) => void): () => void;
  /** Puts an event from outside in its place among the others; `on` hears it as well. */
  publish<T extends OuterEventType>(type: T, data: LlamactlEvents[T]): void;
}
