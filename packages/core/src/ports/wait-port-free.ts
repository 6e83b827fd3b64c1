import { setTimeout as delay } from 'node:timers/promises';
import { canListen } from './can-listen.js';

/** How long to wait. */
export interface WaitPortFreeOptions {
  /** Deadline in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const shortestPauseMs = 5;
const longestPauseMs = 100;

/**
 * Waits until nothing listens on a port any more.
 *
 * @returns Whether it got free; false at the deadline and when `signal` aborts.
 * @throws LlamactlError VALIDATION_FAILED for a port or host that cannot be listened on at all
 */
export async function waitPortFree(
  host: string,
  port: number,
  { timeoutMs, signal }: WaitPortFreeOptions,
): Promise<boolean> {
  const endsAt = performance.now() + timeoutMs;
  let pauseMs = shortestPauseMs;
  while (!(await canListen(host, port))) {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0 || signal?.aborted) return false;
    await delay(Math.min(pauseMs, leftMs), undefined, signal && { signal }).catch(() => {});
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
  return true;
}
