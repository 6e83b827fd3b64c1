import { InvalidRequestError } from '../errors/invalid-request-error.js';
import { sleep } from '../transport/deadline.js';
import { type FailedAttempt, retryPauseMs } from './retry-pause.js';

/** What is known of a call before its first request. */
export interface RetryRules extends Omit<FailedAttempt, 'repeats' | 'leftMs'> {
  /** The deadline of the call, in milliseconds of `performance.now()`; Infinity for none. */
  readonly endsMs: number;
}

/** Sends a request, and again after a pause for as long as the rules allow. @throws what the last one rejects with */
export async function withRetries<T>(
  rules: RetryRules,
  signal: AbortSignal,
  send: () => Promise<T>,
): Promise<T> {
  if (!(rules.retries >= 0)) {
    throw new InvalidRequestError(
      `retries is ${rules.retries}; it must be 0 or more.`,
      'Give how often a request may be repeated; 0 for never.',
    );
  }
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await send();
    } catch (error) {
      const leftMs = rules.endsMs - performance.now();
      const pauseMs = retryPauseMs(error, { ...rules, repeats, leftMs }, Math.random());
      if (pauseMs === null) throw error;
      await sleep(pauseMs, signal);
    }
  }
}
