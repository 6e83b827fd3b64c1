import type { Failure, LastExit } from '@llamactl/contract';
import type { InstanceLog } from '../logs/instance-log.js';
import type { ActiveRun } from './active-run.js';

/** Lines of the log that are kept with an exit, and that a diagnosis is made from. */
const lines = { kept: 20, diagnosed: 200 };

/** The last lines of a log as plain text. */
export async function logTail(log: InstanceLog): Promise<string[]> {
  return (await log.read(lines.kept)).map((entry) => entry.message);
}

/** Says how a run that was not asked to stop ended; `failure` is null when it finished its work. */
export async function endOfRun(
  active: ActiveRun,
  log: InstanceLog,
  wasRunning: boolean,
): Promise<{ lastExit: LastExit; failure: Failure | null }> {
  const exit = await active.run.exited;
  const log_tail = await logTail(log);
  if (wasRunning && exit.code === 0) {
    return {
      lastExit: { ...exit, reason: 'It ended by itself with exit code 0.', log_tail },
      failure: null,
    };
  }
  const { failure, reason } = active.backend.diagnose({
    code: exit.code,
    signal: exit.signal,
    wasRunning,
    log: await log.read(lines.diagnosed),
  });
  return { lastExit: { ...exit, reason, log_tail }, failure };
}
