import { type Instance, type InstanceStatus, LlamactlError, onAbort } from '@llamactl/contract';
import type { Emitter } from '../events/emitter.js';
import type { LlamactlEvents } from '../events/events.js';
import type { WaitOptions } from '../llamactl.js';
import { sameName } from '../support/same-name.js';
import { longestDelayMs, timerDelay } from '../support/timer-delay.js';
import { instanceNotFound } from './instance-errors.js';

/** What is waited for, and where it is seen. */
export interface StatusWait {
  readonly events: Emitter<LlamactlEvents>;
  readonly current: Instance;
  readonly wanted: InstanceStatus;
  /** Whether a start follows the stop that was just seen. */
  readonly isRestarting: () => boolean;
  /** Ends every wait. */
  readonly ended: AbortSignal;
}

/**
 * Resolves when the instance has the status; see `Llamactl.waitForStatus`.
 * @throws LlamactlError INSTANCE_FAILED, INSTANCE_NOT_FOUND (it was deleted), TIMEOUT
 */
export function waitForStatus(
  { events, current, wanted, isRestarting, ended }: StatusWait,
  { timeoutMs = longestDelayMs, signal }: WaitOptions = {},
): Promise<Instance> {
  const ends = signal ? [signal, ended] : [ended];
  return new Promise((resolve, reject) => {
    const over = ends.find(({ aborted }) => aborted);
    if (over) return reject(over.reason);
    let latest = current;
    let hasLeftStopped = latest.status !== 'stopped';
    const cleanUps: Array<() => void> = [];
    const settle = (act: () => void) => {
      for (const cleanUp of cleanUps) cleanUp();
      act();
    };
    const look = (instance: Instance) => {
      latest = instance;
      hasLeftStopped ||= instance.status !== 'stopped';
      if (instance.status === wanted) settle(() => resolve(instance));
      else if (wanted === 'running' && hasLeftStopped && hasEnded(instance, isRestarting)) {
        settle(() => reject(failedInstead(instance)));
      }
    };
    // The timer also keeps the app alive while it waits.
    const timer = setTimeout(() => {
      settle(() => reject(tooLate(latest, wanted, timeoutMs)));
    }, timerDelay(timeoutMs));
    cleanUps.push(() => clearTimeout(timer));
    cleanUps.push(
      events.on('instance_status_changed', ({ instance }) => {
        if (sameName(instance.name, current.name)) look(instance);
      }),
      events.on('instance_deleted', ({ name }) => {
        if (sameName(name, current.name)) settle(() => reject(instanceNotFound(name)));
      }),
    );
    for (const end of ends) {
      cleanUps.push(onAbort(end, () => settle(() => reject(end.reason))));
    }
    look(current);
  });
}

function hasEnded({ status }: Instance, isRestarting: () => boolean): boolean {
  return status === 'failed' || (status === 'stopped' && !isRestarting());
}

function failedInstead(instance: Instance): LlamactlError {
  const reason = instance.last_exit?.reason ?? `It is ${instance.status}.`;
  const tail = instance.last_exit?.log_tail ?? [];
  return new LlamactlError(
    'INSTANCE_FAILED',
    `"${instance.name}" is ${instance.status}: ${reason}`,
    {
      details:
        tail.length > 0 ? `The last lines of its log:\n${tail.join('\n')}` : 'It left no log.',
    },
  );
}

function tooLate(instance: Instance, wanted: InstanceStatus, timeoutMs: number): LlamactlError {
  return new LlamactlError(
    'TIMEOUT',
    `"${instance.name}" was not ${wanted} within ${timeoutMs} ms; it is ${instance.status}`,
    { details: 'Wait longer, or look at its log.' },
  );
}
