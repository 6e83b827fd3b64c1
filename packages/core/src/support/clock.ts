import { timerDelay } from './timer-delay.js';

/** Time as restarts see it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds on a clock that nobody sets, since any moment. Default: that of `now`. */
  elapsed?(): number;
  /** Calls back after a time, in milliseconds; returns what calls that off. Keeps no app alive. */
  after(delayMs: number, action: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, timerDelay(delayMs)).unref();
    return () => clearTimeout(timer);
  },
};

/** What a clock shows that nobody sets, for the time between two moments. */
export function elapsedOf(clock: Clock): number {
  return clock.elapsed?.() ?? clock.now();
}
