import type { Failure, InstanceDetails, LastExit } from '@llamactl/contract';
import { hasKind, LlamactlClientError } from './llamactl-client-error.js';

const shownLogLines = 10;

/**
 * An instance that was awaited to run failed or stopped instead; the message has the diagnosis.
 *
 * @example
 * ```ts
 * import { InstanceFailedError } from '@llamactl/client';
 *
 * try {
 *   await client.ensureRunning('chat');
 * } catch (error) {
 *   if (!InstanceFailedError.is(error)) throw error;
 *   console.error(error.failure, error.last_exit?.log_tail);
 * }
 * ```
 */
export class InstanceFailedError extends LlamactlClientError {
  override readonly name = 'InstanceFailedError';
  readonly kind = 'instance_failed';
  /** The instance as it was seen. */
  readonly instance: InstanceDetails;
  /** Why it failed; null when it was stopped. */
  readonly failure: Failure | null;
  /** How its last run ended, with the last lines of its log; null when there was none. */
  readonly last_exit: LastExit | null;

  constructor(instance: InstanceDetails) {
    super(describe(instance), 'The whole log is at getInstanceLogs.');
    this.instance = instance;
    this.failure = instance.failure;
    this.last_exit = instance.last_exit;
  }

  /** Whether something thrown is such an error. */
  static override is(error: unknown): error is InstanceFailedError {
    return hasKind(error, 'instance_failed');
  }
}

function describe(instance: InstanceDetails): string {
  const { name, status, failure, last_exit } = instance;
  const outcome =
    status === 'failed'
      ? `failed${failure === null ? '' : ` (${failure})`}`
      : `is ${status} instead of running`;
  const reason = last_exit === null || last_exit.reason === '' ? '' : `: ${last_exit.reason}`;
  const tail = (last_exit?.log_tail ?? []).slice(-shownLogLines).map((line) => `\n  | ${line}`);
  return `Instance "${name}" ${outcome}${reason}${tail.join('')}`;
}
