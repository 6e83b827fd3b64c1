import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import type { LlamactlClientError } from '../errors/llamactl-client-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { sleep } from '../transport/deadline.js';
import { retryDelayMs } from './retry-delay.js';

/**
 * What to do when a connection that is held open breaks.
 *
 * @example
 * ```ts
 * import type { ReconnectOptions } from '@llamactl/client';
 *
 * const patience: ReconnectOptions = { maxRetries: 10 };
 * for await (const { seq } of client.followLogs('chat', patience)) console.log(seq);
 * ```
 */
export interface ReconnectOptions {
  /**
   * Failures in a row after which it is given up with the last error; a connection that held for 5 s ends
   * the row. Default: Infinity. The very first connection is tried once in any case, unless the server says
   * when to come back.
   */
  readonly maxRetries?: number | undefined;
  /** Called before each pause. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

/**
 * A pause before another attempt to connect.
 *
 * @example
 * ```ts
 * import type { Retry } from '@llamactl/client';
 *
 * const onRetry = ({ error, attempt, delayMs }: Retry) =>
 *   console.warn(`${error.message} Attempt ${attempt} in ${delayMs} ms.`);
 * for await (const { type } of client.events({ onRetry })) console.log(type);
 * ```
 */
export interface Retry {
  /** Why the connection ended. */
  readonly error: LlamactlClientError;
  /** Failures in a row, this one included. */
  readonly attempt: number;
  /** How long the pause is, in milliseconds. */
  readonly delayMs: number;
}

/** Time after which a connection counts as one that holds, in milliseconds. */
const stableMs = 5_000;

/** Decides, connection after connection, whether and when to connect again. */
export class Reconnects {
  readonly #options: ReconnectOptions;
  readonly #random: () => number;
  #failures = 0;
  #openedMs: number | null = null;
  #wasEverOpen = false;

  constructor(options: ReconnectOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  /** Whether there was a connection at any time. */
  get wasEverOpen(): boolean {
    return this.#wasEverOpen;
  }

  /** Notes that the server said something. */
  noteOpen(): void {
    this.#wasEverOpen = true;
    this.#openedMs ??= performance.now();
  }

  /** Waits until the time for another connection has come, or the signal aborts. @throws error when there shall be none */
  async pauseAfter(error: unknown, signal: AbortSignal): Promise<void> {
    if (this.#openedMs !== null && performance.now() - this.#openedMs >= stableMs) {
      this.#failures = 0;
    }
    this.#openedMs = null;
    this.#failures += 1;
    const { maxRetries = Number.POSITIVE_INFINITY, onRetry } = this.#options;
    if (!mayPass(error, this.#wasEverOpen) || this.#failures > maxRetries) throw error;
    const attempt = this.#failures;
    const delayMs = retryDelayMs(attempt - 1, this.#random(), askedMs(error));
    onRetry?.({ error, attempt, delayMs });
    await sleep(delayMs, signal).catch(() => {});
  }
}

/** Whether the same request may succeed later. A wrong address or token shall be told at once. */
function mayPass(error: unknown, wasEverOpen: boolean): error is LlamactlClientError {
  if (ApiError.is(error)) {
    if (!wasEverOpen) return error.status === 503 && error.retryAfterMs !== null;
    return error.status >= 500 || error.status === 408 || error.status === 429;
  }
  return wasEverOpen && (ConnectionError.is(error) || TimeoutError.is(error));
}

function askedMs(error: unknown): number {
  return ApiError.is(error) ? (error.retryAfterMs ?? 0) : 0;
}
