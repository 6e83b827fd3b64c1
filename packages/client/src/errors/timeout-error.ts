import type { InstanceStatus } from '@llamactl/contract';
import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/**
 * A request was not answered in full, or an awaited status not reached, in time.
 *
 * @example
 * ```ts
 * import { TimeoutError } from '@llamactl/client';
 *
 * await client.waitForStatus('chat', 'running', { timeoutMs: 60_000 }).catch((error: unknown) => {
 *   if (!TimeoutError.is(error)) throw error;
 *   console.error(`Still ${error.lastStatus} after ${error.timeoutMs} ms.`);
 * });
 * ```
 */
export class TimeoutError extends LlamactlClientError {
  override readonly name = 'TimeoutError';
  readonly kind = 'timeout';
  /** The time that was allowed, in milliseconds. */
  readonly timeoutMs: number;
  /** The last status seen while waiting for another; null for a plain request, or when none was seen. */
  readonly lastStatus: InstanceStatus | null;

  constructor(
    message: string,
    init: {
      readonly details: string;
      readonly timeoutMs: number;
      readonly lastStatus?: InstanceStatus | null;
    },
  ) {
    super(message, init.details);
    this.timeoutMs = init.timeoutMs;
    this.lastStatus = init.lastStatus ?? null;
  }

  /** Whether something thrown is such an error. */
  static override is(error: unknown): error is TimeoutError {
    return hasKind(error, 'timeout');
  }
}
