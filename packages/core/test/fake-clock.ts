import type { Clock } from '../src/index.js';

/** A clock that moves when it is told to. */
export interface FakeClock extends Clock {
  /** Moves on; what is due by then is called, in order. */
  advance(ms: number): void;
  /** Sets what it shows by so much ahead, or back; what waits goes on as it is. */
  set(byMs: number): void;
}

export function fakeClock(startMs = Date.now()): FakeClock {
  let nowMs = startMs;
  let setByMs = 0;
  const timers = new Set<{ atMs: number; action: () => void }>();
  return {
    now: () => nowMs + setByMs,
    elapsed: () => nowMs,
    set(byMs) {
      setByMs += byMs;
    },
    after(delayMs, action) {
      const timer = { atMs: nowMs + delayMs, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      nowMs += ms;
      const due = [...timers].filter(({ atMs }) => atMs <= nowMs);
      for (const timer of due.sort((a, b) => a.atMs - b.atMs)) {
        if (timers.delete(timer)) timer.action();
      }
    },
  };
}
