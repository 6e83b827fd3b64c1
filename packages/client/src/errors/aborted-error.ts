import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

/** The caller's own signal ended the call; `cause` is the signal's reason. */
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
