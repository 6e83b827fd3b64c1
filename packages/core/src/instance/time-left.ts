import type { InstanceContext } from './instance-context.js';
import type { FoundRun } from './reconcile-runs.js';

/** What a run that was ready once gets at least to answer again; it may only be busy, or suspended. */
const answerMs = 30_000;
/** What a run gets at least: its time may have passed while nobody looked. */
const leastMs = 2_000;

/**
 * Milliseconds that a run which was taken over still has to answer healthy: one that loads, what is left of its
 * own start; one that was ready before, as long as it may be silent while it runs.
 */
export function timeLeft(
  { run, readyAt }: Pick<FoundRun, 'run' | 'readyAt'>,
  { startupTimeoutMs, hangTimeoutMs }: Pick<InstanceContext, 'startupTimeoutMs' | 'hangTimeoutMs'>,
  now = Date.now(),
): number {
  if (readyAt !== null) return hangTimeoutMs > 0 ? Math.max(answerMs, hangTimeoutMs) : Infinity;
  const left = startupTimeoutMs - (now - Date.parse(run.startedAt));
  // A clock that was set back does not make it longer.
  return Math.min(Math.max(left, leastMs), startupTimeoutMs);
}
