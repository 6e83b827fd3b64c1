import type { Failure, LastExit, LogEntry } from '@llamactl/contract';
import type { Backend, Diagnosis, ExitReport } from '../backends/backend.js';
import type { InstanceLog } from '../logs/instance-log.js';
import type { ActiveRun } from './active-run.js';

/** Lines of the log that are kept with an exit, and that a diagnosis is made from. */
const lines = { kept: 20, diagnosed: 200 };

/**
 * Reads the log to its end and gives the last entries of this run. A log that cannot be read has none:
 * that must not keep the end of a run from being told.
 */
async function finishLog(log: InstanceLog, { logSeq }: ActiveRun): Promise<LogEntry[]> {
  try {
    await log.unfollow();
    const entries = await log.read(lines.diagnosed);
    return entries.filter((entry) => entry.seq > logSeq);
  } catch {
    return [];
  }
}

function tailOf(entries: readonly LogEntry[]): string[] {
  return entries.slice(-lines.kept).map((entry) => entry.message);
}

/** The end of a run that was stopped. */
export async function exitAsAsked(
  active: ActiveRun,
  log: InstanceLog,
  reason: string,
): Promise<LastExit> {
  const exit = await active.run.exited;
  return { ...exit, reason, log_tail: tailOf(await finishLog(log, active)) };
}

/** The end of an attempt at a run that did not get as far as a process. */
export function noExit(reason: string): LastExit {
  return { code: null, signal: null, reason, at: new Date().toISOString(), log_tail: [] };
}

/** What an error says, for people. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The end of a run that nobody stopped; `failure` is null when it just finished. */
export async function exitByItself(
  active: ActiveRun,
  log: InstanceLog,
  wasRunning: boolean,
): Promise<{ lastExit: LastExit; failure: Failure | null }> {
  const exit = await active.run.exited;
  const entries = await finishLog(log, active);
  const log_tail = tailOf(entries);
  if (wasRunning && exit.code === 0) {
    const reason = 'It ended by itself with exit code 0.';
    return { lastExit: { ...exit, reason, log_tail }, failure: null };
  }
  const report = { code: exit.code, signal: exit.signal, wasRunning, log: entries };
  const { failure, reason } = diagnose(active.backend, report);
  return { lastExit: { ...exit, reason, log_tail }, failure };
}

/** A backend whose diagnosis breaks must not keep the end of the run from being told. */
function diagnose(backend: Backend, report: ExitReport): Diagnosis {
  try {
    return backend.diagnose(report);
  } catch (error) {
    const reason = `It ended, and its backend could not say why (${error}).`;
    return { failure: 'crashed', reason };
  }
}
