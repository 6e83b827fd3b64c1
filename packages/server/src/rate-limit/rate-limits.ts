import type { Config } from '@llamactl/contract';
import { createWindowCounter } from './window-counter.js';

/** What a request is counted as; each has a limit of its own. */
export type RateClass = 'regular' | 'intensive';

/** How a caller stands after a request was counted. */
export interface Standing {
  readonly rate: RateClass;
  /** Requests within a minute. */
  readonly limit: number;
  /** How many more there may be before `resetsInMs`. */
  readonly remaining: number;
  readonly resetsInMs: number;
  /** Whether this one was too many. */
  readonly isOver: boolean;
}

/** The limits of one server. */
export interface RateLimits {
  /** Counts a request of `who`. */
  count(rate: RateClass, who: string): Standing;
}

const windowMs = 60_000;

/**
 * Callers of each class that are known at a time; the table of a class takes 1 MiB. Whoever has so many addresses
 * that they wash each other away could send more than the server can take even if each was counted.
 */
const maxCallers = 65_536;

/** Limits by minute. An intensive request is counted as such alone, so that each class leaves the other alone. */
export function createRateLimits(
  limits: Pick<Config['rate_limit'], RateClass>,
  nowMs: () => number = () => performance.now(),
): RateLimits {
  const createCounter = () => createWindowCounter({ windowMs, capacity: maxCallers, nowMs });
  const counters = { regular: createCounter(), intensive: createCounter() };
  return {
    count(rate, who) {
      const { count, endsAtMs } = counters[rate](who);
      const limit = limits[rate];
      return {
        rate,
        limit,
        remaining: Math.max(0, limit - count),
        resetsInMs: endsAtMs - nowMs(),
        isOver: count > limit,
      };
    },
  };
}
