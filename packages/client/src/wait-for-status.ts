import {
  type InstanceDetails,
  type InstanceStatus,
  instanceStatusSchema,
} from '@llamactl/contract';
import { AbortedError } from './errors/aborted-error.js';
import { InstanceFailedError } from './errors/instance-failed-error.js';
import { InvalidRequestError } from './errors/invalid-request-error.js';
import { TimeoutError } from './errors/timeout-error.js';
import { type InstanceView, observeInstance } from './observe-instance.js';
import { withDeadline } from './transport/deadline.js';

/**
 * How to wait for a status.
 *
 * @example
 * ```ts
 * import type { WaitForStatusOptions } from '@llamactl/client';
 *
 * const options: WaitForStatusOptions = { timeoutMs: 90_000, onStatus: ({ status }) => console.log(status) };
 * await client.waitForStatus('chat', 'stopped', options);
 * ```
 */
export interface WaitForStatusOptions {
  /** Ends the wait with an AbortedError. */
  readonly signal?: AbortSignal | undefined;
  /** Time for the whole wait, in milliseconds. Default: none, as a server ends a start by itself. */
  readonly timeoutMs?: number | undefined;
  /** Called with the instance as first seen and at each change of its status. */
  readonly onStatus?: ((instance: InstanceDetails) => void) | undefined;
}

/** Watches an instance until it has a status. */
export async function waitForStatus(
  view: InstanceView,
  wanted: InstanceStatus,
  options: WaitForStatusOptions = {},
): Promise<InstanceDetails> {
  checkStatus(wanted);
  const { name } = view;
  const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
  let previous: InstanceStatus | null = null;
  const limits = {
    signal,
    timeoutMs,
    onAbort: (reason: unknown) =>
      new AbortedError(`Waiting for instance "${name}" to be ${wanted} was aborted.`, reason),
    onTimeout: () => lateFor(name, wanted, timeoutMs, previous),
  };
  return await withDeadline(limits, async (ended) => {
    for await (const seen of observeInstance(view, ended)) {
      if (seen.status !== previous) options.onStatus?.(seen);
      if (seen.status === wanted) return seen;
      if (wanted === 'running' && hasGivenUp(seen.status, previous)) {
        throw new InstanceFailedError(seen);
      }
      previous = seen.status;
    }
    // It is observed until that signal aborts.
    throw ended.reason;
  });
}

/** Whether an instance that was to run will not, unless something starts it once more. */
function hasGivenUp(status: InstanceStatus, previous: InstanceStatus | null): boolean {
  return status === 'failed' || (status === 'stopped' && previous === 'starting');
}

/** The error of a wait that was not over in time. */
export function lateFor(
  name: string,
  wanted: InstanceStatus,
  timeoutMs: number,
  lastStatus: InstanceStatus | null,
): TimeoutError {
  const seen = lastStatus === null ? 'the server has not answered' : `it was last ${lastStatus}`;
  return new TimeoutError(`Instance "${name}" was not ${wanted} within ${timeoutMs} ms; ${seen}.`, {
    details: 'Its log tells what it is doing.',
    timeoutMs,
    lastStatus,
  });
}

function checkStatus(wanted: InstanceStatus): void {
  if (instanceStatusSchema.safeParse(wanted).success) return;
  throw new InvalidRequestError(
    `"${wanted}" is not a status of an instance.`,
    `It is one of ${instanceStatusSchema.options.join(', ')}.`,
  );
}
