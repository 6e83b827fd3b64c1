/**
 * What kind of trouble an error of this package tells of.
 *
 * @example
 * ```ts
 * import { type ClientErrorKind, LlamactlClientError } from '@llamactl/client';
 *
 * const passes: readonly ClientErrorKind[] = ['connection', 'timeout'];
 * const mayPass = (error: unknown) => LlamactlClientError.is(error) && passes.includes(error.kind);
 * ```
 */
export type ClientErrorKind =
  | 'api'
  | 'connection'
  | 'timeout'
  | 'aborted'
  | 'protocol'
  | 'invalid_request'
  | 'instance_failed';

const brand: unique symbol = Symbol.for('llamactl.client-error');

/**
 * What every error of this package is. Tell errors apart by the static `is` of each class, not by
 * `instanceof`: two copies of the package in one app have two classes, but one brand.
 * Tokens never appear in a message or in details.
 *
 * @example
 * ```ts
 * import { LlamactlClientError } from '@llamactl/client';
 *
 * await client.listInstances().catch((error: unknown) => {
 *   if (!LlamactlClientError.is(error)) throw error;
 *   console.error(`${error.kind}: ${error.message} ${error.details}`);
 * });
 * ```
 */
export abstract class LlamactlClientError extends Error {
  abstract readonly kind: ClientErrorKind;
  /** What to do about it, in a sentence; empty when there is nothing to say. */
  readonly details: string;

  constructor(message: string, details: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.details = details;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether something thrown is an error of this package. */
  static is(error: unknown): error is LlamactlClientError {
    return isBranded(error);
  }
}

/** Whether something thrown is an error of this package, of that kind. */
export function hasKind(error: unknown, kind: ClientErrorKind): error is LlamactlClientError {
  return isBranded(error) && error.kind === kind;
}

function isBranded(error: unknown): error is LlamactlClientError {
  return typeof error === 'object' && error !== null && brand in error && error[brand] === true;
}
