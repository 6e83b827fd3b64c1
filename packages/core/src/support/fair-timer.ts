import { timerDelay } from './timer-delay.js';

/** From how late a timer is that the event loop, or the whole machine, must have stood still. */
const stallMs = 250;

/** How long a stall was, for a timer that is so late; 0 for one that is merely a bit late. */
export function stallOf(lateMs: number): number {
  return lateMs > stallMs ? lateMs : 0;
}

/**
 * Calls back after a time in which the event loop turned: when that stood still, what others did meanwhile could
 * not be seen, so the time of the stall is given once more. Returns what calls it off.
 */
export function startFairTimer(delayMs: number, action: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (ms: number) => {
    const dueAt = performance.now() + ms;
    timer = setTimeout(() => {
      const stalledMs = stallOf(performance.now() - dueAt);
      if (stalledMs > 0) wait(Math.min(stalledMs, delayMs));
      else action();
    }, timerDelay(ms));
  };
  wait(delayMs);
  return () => clearTimeout(timer);
}
