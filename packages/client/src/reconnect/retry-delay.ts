const leastMs = 100;
const firstMs = 1_000;
const longestMs = 30_000;

/**
 * Time before another attempt to connect, in milliseconds. It is anything up to 1 s at first, doubling up to
 * 30 s, so that clients which lost their server together do not come back together.
 *
 * @param attempt - counts from 0
 * @param random - from 0 to 1, as of `Math.random`
 * @param askedMs - what the server asked for; the delay is longer than that
 */
export function retryDelayMs(attempt: number, random: number, askedMs = 0): number {
  return askedMs + Math.max(leastMs, random * Math.min(firstMs * 2 ** attempt, longestMs));
}
