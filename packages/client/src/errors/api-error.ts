import type { ErrorCode, Issue } from '@llamactl/contract';
import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/** The parts of an {@link ApiError}. */
export interface ApiErrorInit {
  readonly message: string;
  readonly status: number;
  readonly code: string | null;
  readonly details: string;
  readonly issues?: readonly Issue[] | undefined;
  readonly suggestions?: readonly string[] | undefined;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
}

/** The server, or a proxy before it, answered with an error status. */
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
  /** Seconds after which to try again; null when the answer named none. */
  readonly retryAfterSeconds: number | null;

  constructor(init: ApiErrorInit) {
    super(init.message, init.details);
    this.status = init.status;
    this.code = init.code;
    this.issues = init.issues;
    this.suggestions = init.suggestions;
    this.requestId = init.requestId;
    this.retryAfterSeconds = init.retryAfterSeconds;
  }

  /** Whether something thrown is such an error, and, if `code` is given, one of that code. */
  static override is(error: unknown, code?: ErrorCode): error is ApiError {
    return hasKind(error, 'api') && (code === undefined || (error as ApiError).code === code);
  }
}
