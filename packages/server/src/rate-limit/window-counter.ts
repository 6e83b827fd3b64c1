import { createFingerprint } from './fingerprint.js';

/** Settings of {@link createWindowCounter}. */
export interface WindowCounterOptions {
  /** Length of a window. */
  readonly windowMs: number;
  /** Keys that are known at a time; a power of two, and at least 8. */
  readonly capacity: number;
  /** A clock that only goes forward. */
  readonly nowMs: () => number;
}

/** What has been counted of one key. */
export interface CountedWindow {
  readonly count: number;
  readonly endsAtMs: number;
}

/** Keys that share a set, within which the least used one makes room. */
const waysOfSet = 8;

/**
 * Counts by key within windows: the window of a key begins with the first that is counted, and what comes after
 * its end begins the next. Memory is the same however many keys there are, and nothing is left to collect: it
 * is a table of sets, in each of which a new key takes the place of one whose window is over or, failing that,
 * has the lowest count. So a count is only forgotten for seven others as high, which is no way to get rid of
 * one's own.
 *
 * @returns counts one more of a key
 */
export function createWindowCounter(options: WindowCounterOptions): (key: string) => CountedWindow {
  const { windowMs, capacity, nowMs } = options;
  const fingerprint = createFingerprint();
  const tags = new Uint32Array(capacity);
  const counts = new Uint32Array(capacity);
  const ends = new Float64Array(capacity);

  const placeIn = (first: number, tag: number, now: number) => {
    let place = first;
    for (let at = first; at < first + waysOfSet; at += 1) {
      if (Number(ends[at]) > now && tags[at] === tag) return at;
      if (leftOf(at, now) < leftOf(place, now)) place = at;
    }
    tags[place] = tag;
    counts[place] = 0;
    ends[place] = now + windowMs;
    return place;
  };
  /** What would be lost with an entry. */
  const leftOf = (at: number, now: number) => (Number(ends[at]) > now ? Number(counts[at]) : 0);

  return (key) => {
    const now = nowMs();
    const [set, tag] = fingerprint(key);
    const at = placeIn((set & (capacity / waysOfSet - 1)) * waysOfSet, tag, now);
    const count = Number(counts[at]) + 1;
    counts[at] = count;
    return { count, endsAtMs: Number(ends[at]) };
  };
}
