import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/**
 * The server could not be reached, or the connection broke before the answer was complete.
 *
 * @example
 * ```ts
 * import { ConnectionError } from '@llamactl/client';
 *
 * const isUp = await client.getHealth().then(
 *   () => true,
 *   (error: unknown) => {
 *     if (ConnectionError.is(error)) return false;
 *     throw error;
 *   },
 * );
 * ```
 */
export class ConnectionError extends LlamactlClientError {
  override readonly name = 'ConnectionError';
  readonly kind = 'connection';
  /** What was asked for. */
  readonly url: string;
  /** Code of the system, as in ECONNREFUSED; null where there is none, as in browsers. */
  readonly systemCode: string | null;

  constructor(
    message: string,
    init: {
      readonly details: string;
      readonly url: string;
      readonly systemCode: string | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, init.details, init.cause);
    this.url = init.url;
    this.systemCode = init.systemCode;
  }

  /** Whether something thrown is such an error. */
  static override is(error: unknown): error is ConnectionError {
    return hasKind(error, 'connection');
  }
}
