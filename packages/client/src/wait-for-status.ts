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
import { ownSignal } from './own-signal.js';
import { repeatWhenQuiet } from './repeat-when-quiet.js';
import { RunOutlook } from './run-outlook.js';
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

const repeatMs = 1_000;

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
  const outlook = wanted === 'running' ? new RunOutlook() : null;
  return await withDeadline(limits, async (ended) => {
    for await (const seen of observe(view, ended)) {
      if (seen.status !== previous) options.onStatus?.(seen);
      previous = seen.status;
      if (seen.status === wanted) return seen;
      if (outlook?.isOver(seen, performance.now())) throw new InstanceFailedError(seen);
    }
    // It is observed until that signal aborts.
    throw ended.reason;
  });
}

/** The instance at each change of its status, and again now and then, as time tells something too. */
async function* observe(
  view: InstanceView,
  ended: AbortSignal,
): AsyncGenerator<InstanceDetails, void, undefined> {
  const { signal, end } = ownSignal(ended);
  try {
    yield* repeatWhenQuiet(observeInstance(view, signal), repeatMs);
  } finally {
    end();
  }
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
