import type { Issue } from '@llamactl/contract';
import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/**
 * The answer was a success, but not one of Llamactl: no JSON, or not of the documented shape.
 *
 * @example
 * ```ts
 * import { ProtocolError } from '@llamactl/client';
 *
 * await client.getSystemInfo().catch((error: unknown) => {
 *   if (ProtocolError.is(error)) console.error('Not a Llamactl server, or another version.', error.issues);
 * });
 * ```
 */
export class ProtocolError extends LlamactlClientError {
  override readonly name = 'ProtocolError';
  readonly kind = 'protocol';
  /** HTTP status of the answer. */
  readonly status: number;
  /** Where the answer differs from the documented shape. */
  readonly issues: readonly Issue[];

  constructor(
    message: string,
    init: { readonly details: string; readonly status: number; readonly issues: readonly Issue[] },
  ) {
    super(message, init.details);
    this.status = init.status;
    this.issues = init.issues;
  }

  /** Whether something thrown is such an error. */
  static override is(error: unknown): error is ProtocolError {
    return hasKind(error, 'protocol');
  }
}
