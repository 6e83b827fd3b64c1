import type { ErrorCode, Issue } from '@llamactl/contract';
import type { RateLimit } from '../rate-limit/rate-limit.js';
import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/**
 * The parts of an {@link ApiError}, for tests that make one.
 *
 * @example
 * ```ts
 * import { ApiError, type ApiErrorInit } from '@llamactl/client';
 *
 * const init: ApiErrorInit = {
 *   message: 'There is no instance "chat".',
 *   status: 404,
 *   code: 'INSTANCE_NOT_FOUND',
 *   details: '',
 *   requestId: null,
 *   retryAfterMs: null,
 *   rateLimit: null,
 * };
 * const error = new ApiError(init);
 * ```
 */
export interface ApiErrorInit {
  readonly message: string;
  readonly status: number;
  readonly code: string | null;
  readonly details: string;
  readonly issues?: readonly Issue[] | undefined;
  readonly suggestions?: readonly string[] | undefined;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly rateLimit: RateLimit | null;
}

/**
 * The server, or a proxy before it, answered with an error status. Also a socket that the server ended because it
 * does not take the credential any more (status 401).
 *
 * @example
 * ```ts
 * import { ApiError } from '@llamactl/client';
 *
 * try {
 *   await client.startInstance('chat');
 * } catch (error) {
 *   if (ApiError.is(error, 'PORT_IN_USE')) console.error(error.message);
 *   else if (ApiError.is(error)) console.error(error.status, error.code, error.requestId);
 *   else throw error;
 * }
 * ```
 */
export class ApiError extends LlamactlClientError {
  override readonly name = 'ApiError';
  readonly kind = 'api';
  /** HTTP status. */
  readonly status: number;
  /** Code out of the catalogue; null when the answer was not one of Llamactl (a proxy's page). */
  readonly code: ErrorCode | (string & {}) | null;
  /** What is wrong with the request, field by field. */
  readonly issues: readonly Issue[] | undefined;
  /** Nearest names that would have been right. */
  readonly suggestions: readonly string[] | undefined;
  /** Id under which the server's log has the request; null when the answer named none. */
  readonly requestId: string | null;
  /** Time after which to try again, in milliseconds; null when the answer named none. */
  readonly retryAfterMs: number | null;
  /** What the answer said of the rate limit; null when nothing. */
  readonly rateLimit: RateLimit | null;

  constructor(init: ApiErrorInit) {
    super(init.message, init.details);
    this.status = init.status;
    this.code = init.code;
    this.issues = init.issues;
    this.suggestions = init.suggestions;
    this.requestId = init.requestId;
    this.retryAfterMs = init.retryAfterMs;
    this.rateLimit = init.rateLimit;
  }

  /** Whether something thrown is such an error, and, if `code` is given, one of that code. */
  static override is(error: unknown, code?: ErrorCode): error is ApiError {
    return hasKind(error, 'api') && (code === undefined || (error as ApiError).code === code);
  }
}
