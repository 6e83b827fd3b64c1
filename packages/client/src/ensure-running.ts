import type { InstanceDetails, InstanceStatus } from '@llamactl/contract';
import { AbortedError } from './errors/aborted-error.js';
import { ApiError } from './errors/api-error.js';
import { InstanceFailedError } from './errors/instance-failed-error.js';
import { type InstanceView, observeInstance } from './observe-instance.js';
import { pollDelayMs } from './poll-delay.js';
import { longestGapMs } from './run-outlook.js';
import { sleep, withDeadline } from './transport/deadline.js';
import { lateFor, type WaitForStatusOptions } from './wait-for-status.js';

/**
 * How to see to it that an instance runs; `timeoutMs` is the time for all of it.
 *
 * @example
 * ```ts
 * import type { EnsureRunningOptions } from '@llamactl/client';
 *
 * const patient: EnsureRunningOptions = {
 *   timeoutMs: 300_000,
 *   onStatus: ({ status }) => console.log(status),
 * };
 * await client.ensureRunning('chat', patient);
 * ```
 */
export type EnsureRunningOptions = WaitForStatusOptions;

/** An instance that can be observed and started. */
export interface StartableInstance extends InstanceView {
  readonly start: (signal: AbortSignal) => Promise<unknown>;
}

/** Starts an instance unless it runs or is about to, and resolves when it answers. */
export async function ensureRunning(
  instance: StartableInstance,
  options: EnsureRunningOptions = {},
): Promise<InstanceDetails> {
  const { name } = instance;
  const { signal, timeoutMs = Number.POSITIVE_INFINITY, onStatus } = options;
  let last: InstanceStatus | null = null;
  const limits = {
    signal,
    timeoutMs,
    onAbort: (reason: unknown) =>
      new AbortedError(`Waiting for instance "${name}" to be running was aborted.`, reason),
    onTimeout: () => lateFor(name, 'running', timeoutMs, last),
  };
  return await withDeadline(limits, (ended) =>
    reachRunning(instance, ended, (seen) => {
      if (seen.status !== last) onStatus?.(seen);
      last = seen.status;
    }),
  );
}

async function reachRunning(
  instance: StartableInstance,
  ended: AbortSignal,
  note: (seen: InstanceDetails) => void,
): Promise<InstanceDetails> {
  let previous: InstanceStatus | null = null;
  /** Whether there was a run, ours or that of somebody else, that was to become ready. */
  let hasBegun = false;
  for await (const seen of observeInstance(instance, ended)) {
    note(seen);
    const move = nextMove(seen.status, previous, hasBegun);
    previous = seen.status;
    if (move === 'done') return seen;
    if (move === 'start') hasBegun = await startUnlessStopping(instance, ended);
    else if (move === 'look_again') await throwIfOver(instance, ended, 0);
    else if (move === 'look_for_a_while') await throwIfOver(instance, ended, longestGapMs);
    if (seen.status === 'starting') hasBegun = true;
  }
  // It is observed until that signal aborts.
  throw ended.reason;
}

/** What to do about an instance that is to run. */
export type Move = 'done' | 'wait' | 'start' | 'look_again' | 'look_for_a_while';

/**
 * The next move towards `running`. What has not begun is started. A run that has begun and is over is not started
 * anew; but what was seen may be old by now, and behind a stop there may be the start of a restart.
 */
export function nextMove(
  status: InstanceStatus,
  previous: InstanceStatus | null,
  hasBegun: boolean,
): Move {
  switch (status) {
    case 'running':
      return 'done';
    case 'starting':
    case 'stopping':
      return 'wait';
    case 'stopped':
    case 'failed':
      if (!hasBegun) return 'start';
      return previous === 'stopping' ? 'look_for_a_while' : 'look_again';
    default:
      return untold(status);
  }
}

/** A status that a newer server has and this version does not know: it leads to one that it does. */
function untold(_status: never): Move {
  return 'wait';
}

/** Whether it is on its way; one that is being stopped is started when that is over. */
async function startUnlessStopping(
  { start }: StartableInstance,
  ended: AbortSignal,
): Promise<boolean> {
  try {
    await start(ended);
    return true;
  } catch (error) {
    if (ApiError.is(error, 'INSTANCE_ALREADY_RUNNING')) return true;
    if (ApiError.is(error, 'INSTANCE_STOPPING')) return false;
    throw error;
  }
}

async function throwIfOver(
  { look }: InstanceView,
  ended: AbortSignal,
  patienceMs: number,
): Promise<void> {
  const sinceMs = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    const found = await look(ended);
    if (found.status !== 'stopped' && found.status !== 'failed') return;
    const leftMs = sinceMs + patienceMs - performance.now();
    if (found.status === 'failed' || leftMs <= 0) throw new InstanceFailedError(found);
    await sleep(Math.min(pollDelayMs(attempt), leftMs), ended);
  }
}
