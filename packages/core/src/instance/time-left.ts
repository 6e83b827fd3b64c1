import type { FoundRun } from './reconcile-runs.js';

/** What a run that was ready once gets to answer again; it may only be busy. */
const answerMs = 30_000;
/** What a run gets at least: its time may have passed while nobody looked. */
const leastMs = 2_000;

/** Milliseconds that a run which was taken over still has to answer healthy, counted from its own start. */
export function timeLeft(
  { run, readyAt }: Pick<FoundRun, 'run' | 'readyAt'>,
  startupTimeoutMs: number,
  now = Date.now(),
): number {
  if (readyAt !== null) return Math.min(answerMs, startupTimeoutMs);
  const left = startupTimeoutMs - (now - Date.parse(run.startedAt));
  // A clock that was set back does not make it longer.
  return Math.min(Math.max(left, leastMs), startupTimeoutMs);
}
