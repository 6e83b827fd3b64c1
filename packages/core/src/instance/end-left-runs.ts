import { rm } from 'node:fs/promises';
import { endStrays } from '../process/end-strays.js';
import { stopRun } from '../process/stop-run.js';
import type { LeftRun } from './find-runs.js';
import type { InstanceContext } from './instance-context.js';

type Warner = Pick<InstanceContext, 'onWarning'>;

/** Ends a run that is not taken over, and tells why if it was alive. Its folder goes if its record is whole. */
export async function endLeftRun(
  { onWarning }: Warner,
  { run, facts }: LeftRun,
  reason: string,
): Promise<void> {
  try {
    const { step } = await stopRun(run, { force: true, timeoutMs: 0 });
    if (step !== 'gone') onWarning(ended(run.instance, [run.pid], reason), null);
    if (facts !== null) await rm(run.runDir, { recursive: true, force: true });
  } catch (error) {
    onWarning(`A process that an earlier run of "${run.instance}" left could not be ended`, error);
  }
}

/**
 * Ends every other process that was started from this data folder, and tells why.
 * @param why - The reason, by the name of the instance in lower case.
 */
export async function endOtherProcesses(
  { onWarning }: Warner,
  { owner, known }: { owner: string; known: ReadonlySet<string> },
  why: (instance: string) => string,
): Promise<void> {
  const { found, left } = await endStrays(owner, known);
  for (const [instance, pids] of found) onWarning(ended(instance, [...pids], why(instance)), null);
  if (left.length === 0) return;
  onWarning(`Processes that an earlier run left could not be ended: ${left.join(', ')}`, null);
}

function ended(instance: string, pids: readonly number[], reason: string): string {
  const which = pids.length === 1 ? 'process' : 'processes';
  return `What an earlier run left of "${instance}" was ended (${which} ${pids.join(', ')}): ${reason}`;
}
