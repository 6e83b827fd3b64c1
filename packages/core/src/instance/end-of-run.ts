import type { Failure, LastExit } from '@llamactl/contract';
import type { InstanceLog } from '../logs/instance-log.js';
import type { ActiveRun } from './active-run.js';

/** Lines of the log that are kept with an exit, and that a diagnosis is made from. */
const lines = { kept: 20, diagnosed: 200 };

/**
 * Reads the log to its end and gives its last lines as plain text. A log that cannot be read has none:
 * that must not keep the end of a run from being told.
 */
async function finishLog(log: InstanceLog): Promise<string[]> {
  try {
    await log.unfollow();
    return (await log.read(lines.kept)).map((entry) => entry.message);
  } catch {
    return [];
  }
}

/** The end of a run that was stopped. */
export async function exitAsAsked(
  active: ActiveRun,
  log: InstanceLog,
  reason: string,
): Promise<LastExit> {
  return { ...(await active.run.exited), reason, log_tail: await finishLog(log) };
}

/** The end of a run that nobody stopped; `failure` is null when it just finished. */
export async function exitByItself(
  active: ActiveRun,
  log: InstanceLog,
  wasRunning: boolean,
): Promise<{ lastExit: LastExit; failure: Failure | null }> {
  const exit = await active.run.exited;
  const log_tail = await finishLog(log);
  if (wasRunning && exit.code === 0) {
    const reason = 'It ended by itself with exit code 0.';
    return { lastExit: { ...exit, reason, log_tail }, failure: null };
  }
  const { failure, reason } = active.backend.diagnose({
    code: exit.code,
    signal: exit.signal,
    wasRunning,
    log: await log.read(lines.diagnosed).catch(() => []),
  });
  return { lastExit: { ...exit, reason, log_tail }, failure };
}
