import type { InstanceContext } from './instance-context.js';
import type { FoundRun } from './reconcile-runs.js';
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
