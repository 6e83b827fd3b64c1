import { rm } from 'node:fs/promises';
import { markReady, markStopping, type StopMark } from '../process/run-marks.js';
import type { ActiveRun } from './active-run.js';

/*
 * What a run's folder says beside its record, for the manager that comes after this one. Where it cannot be
 * written (a full disk) the run goes on all the same: it is of use only if this manager is killed.
 */

/** Notes since when a run is ready. */
export async function noteReady({ run, readyAt }: ActiveRun): Promise<void> {
  if (run.guard !== null || readyAt === null) return;
  await markReady(run.runDir, new Date(readyAt)).catch(() => {});
}

/** Notes that a run is being stopped, and what is to be of the instance then. */
export async function noteStop(
  { run, killAt }: ActiveRun,
  then: Pick<StopMark, 'restart' | 'hold'>,
): Promise<void> {
  if (run.guard !== null || killAt === null) return;
  const mark = { kill_at: killAt.toISOString(), within_ms: Math.round(killAt.leftMs), ...then };
  await markStopping(run.runDir, mark).catch(() => {});
}

/** Removes the folder of a run whose end is written down elsewhere; what stays is removed by the next manager. */
export async function forgetRun({ run }: ActiveRun): Promise<void> {
  await rm(run.runDir, { recursive: true, force: true }).catch(() => {});
}
