const firstMs = 100;
const longestMs = 2_000;

/** Time before the next look at an instance: 100 ms, doubling up to 2 s. `attempt` counts from 0. */
export function pollDelayMs(attempt: number): number {
  return Math.min(firstMs * 2 ** attempt, longestMs);
}
