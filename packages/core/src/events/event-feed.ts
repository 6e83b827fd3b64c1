import type { LlamactlEvents, LlamactlEventType } from './events.js';

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

/** All events of one Llamactl in order, the newest of them kept. */
export interface EventFeed {
  readonly epoch: string;
  /** Number of the last event; 0 before the first. */
  readonly seq: number;
  /**
   * What came after an event, oldest first; null when that is not known any more (another epoch, or too
   * long ago), so that only a look at the whole state helps.
   */
  since(epoch: string, seq: number): readonly NumberedEvent[] | null;
  /** Calls back on each event, before the operation that caused it goes on; returns the function that ends it. */
  subscribe(listener: (event: NumberedEvent) => void): () => void;
}
