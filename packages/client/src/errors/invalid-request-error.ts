import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/**
 * What the caller gave cannot be sent; nothing was.
 *
 * @example
 * ```ts
 * import { InvalidRequestError } from '@llamactl/client';
 *
 * await client.getInstance('../chat').catch((error: unknown) => {
 *   if (InvalidRequestError.is(error)) console.error(error.message, error.details);
 * });
 * ```
 */
export class InvalidRequestError extends LlamactlClientError {
  override readonly name = 'InvalidRequestError';
  readonly kind = 'invalid_request';

  /** Whether something thrown is such an error. */
  static override is(error: unknown): error is InvalidRequestError {
    return hasKind(error, 'invalid_request');
  }
}
