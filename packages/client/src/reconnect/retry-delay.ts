const leastMs = 100;
const firstMs = 1_000;
const longestMs = 30_000;

/**
 * Time before another attempt to connect, in milliseconds. It is anything from 0.1 s up to 1 s at first, and
 * up to twice as long each time, but no more than 30 s, so that clients which lost their server together do not come back together.
 *
 * @param attempt - counts from 0
 * @param random - from 0 to 1, as of `Math.random`
 * @param askedMs - what the server asked for; the delay is longer than that
 */
export function retryDelayMs(attempt: number, random: number, askedMs = 0): number {
  const range = Math.min(firstMs * 2 ** attempt, longestMs) - leastMs;
  return askedMs + leastMs + random * range;
}
