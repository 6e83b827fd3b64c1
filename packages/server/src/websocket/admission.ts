/** New sockets that are let in within a second. */
const maxPerSecond = 200;

/**
 * Returns what says whether one more may come in now: 200 a second, so that a crowd that comes back all
 * at once does not keep everybody else waiting.
 */
export function createAdmission(nowMs: () => number): () => boolean {
  let left = maxPerSecond;
  let countedAtMs = nowMs();
  return () => {
    const now = nowMs();
    left = Math.min(maxPerSecond, left + ((now - countedAtMs) / 1_000) * maxPerSecond);
    countedAtMs = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
