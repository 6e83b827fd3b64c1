import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/**
 * The caller's own signal ended the call; `cause` is the signal's reason.
 *
 * @example
 * ```ts
 * import { AbortedError } from '@llamactl/client';
 *
 * const controller = new AbortController();
 * setTimeout(() => controller.abort('enough'), 5_000);
 * try {
 *   await client.waitForStatus('chat', 'running', { signal: controller.signal });
 * } catch (error) {
 *   if (AbortedError.is(error)) console.log(error.cause);
 *   else throw error;
 * }
 * ```
 */
export class AbortedError extends LlamactlClientError {
  override readonly name = 'AbortedError';
  readonly kind = 'aborted';

  constructor(message: string, cause?: unknown) {
    super(message, '', cause);
  }

  /** Whether something thrown is such an error. */
  static override is(error: unknown): error is AbortedError {
    return hasKind(error, 'aborted');
  }
}
