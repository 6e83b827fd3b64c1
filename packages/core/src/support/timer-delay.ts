/** The longest delay that a timer of Node takes, 24.8 days; a longer one would end at once. */
export const longestDelayMs = 2 ** 31 - 1;

/** A delay as a timer takes it: what is longer than that, `Infinity` too, lasts as long as can be. */
export function timerDelay(ms: number): number {
  return Math.min(ms, longestDelayMs);
}
