import type { StopMark } from '../process/run-marks.js';
import type { InstancePast } from '../storage/past-store.js';
import type { Clock } from '../support/clock.js';
import { DueTime } from '../support/due-time.js';
import type { InstanceContext } from './instance-context.js';
import type { FoundRun } from './reconcile-runs.js';
import { restartDelayMs } from './restart-policy.js';
import { toldAfterMs } from './run-liveness.js';

/** What a run gets at least: its time may have passed while nobody looked. */
const leastMs = 2_000;

type Limits = Pick<InstanceContext, 'startupTimeoutMs' | 'healthIntervalMs' | 'hangTimeoutMs'>;

/**
 * Milliseconds that a run which was taken over still has to answer healthy: one that loads, what is left of its
 * own start; one that was ready before, as long as it may be silent while it runs, and one look at least.
 */
export function timeLeft(
  { run, readyAt }: Pick<FoundRun, 'run' | 'readyAt'>,
  { startupTimeoutMs, healthIntervalMs, hangTimeoutMs }: Limits,
  now = Date.now(),
): number {
  if (readyAt !== null) return Math.max(healthIntervalMs, hangTimeoutMs || toldAfterMs);
  const left = startupTimeoutMs - (now - Date.parse(run.startedAt));
  // A clock that was set back does not make it longer.
  return Math.min(Math.max(left, leastMs), startupTimeoutMs);
}

/** When an instance that failed is started again, as an earlier manager meant it; null when it is not. */
export function restartTime(
  { next_restart_at, crashes }: Pick<InstancePast, 'next_restart_at' | 'crashes'>,
  clock: Clock,
): DueTime | null {
  if (next_restart_at === null) return null;
  const longestMs = restartDelayMs(Math.max(1, crashes), () => 1);
  return new DueTime(Math.min(Date.parse(next_restart_at) - clock.now(), longestMs), clock);
}

/** When a run is killed that an earlier manager was stopping. */
export function killTime(
  { kill_at, within_ms }: Pick<StopMark, 'kill_at' | 'within_ms'>,
  { stopTimeoutMs }: Pick<InstanceContext, 'stopTimeoutMs'>,
): DueTime {
  return new DueTime(Math.min(Date.parse(kill_at) - Date.now(), within_ms ?? stopTimeoutMs));
}
