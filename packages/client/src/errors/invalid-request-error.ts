import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/** What the caller gave cannot be sent; nothing was. */
export class InvalidRequestError extends LlamactlClientError {
  override readonly name = 'InvalidRequestError';
  readonly kind = 'invalid_request';

  /** Whether something thrown is such an error. */
  static override is(error: unknown): error is InvalidRequestError {
    return hasKind(error, 'invalid_request');
  }
}
