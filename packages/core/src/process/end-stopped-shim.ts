import { isDead, type ProcessInfo } from './process-table.js';
import type { ProcessIdentity, Run } from './run.js';
import { sendSignal } from './send-signal.js';

/**
 * Ends the shim of a run if it was stopped (SIGSTOP) and the backend is gone: it would not write down how that
 * ended, nor let go of the FIFO, for as long as it stands still. The run is over then, as one whose end nobody saw.
 *
 * @param table - All processes, as they are now.
 */
export function endStoppedShim(
  { identity, shim }: Pick<Run, 'identity' | 'shim'>,
  table: readonly ProcessInfo[],
): void {
  if (findIn(table, shim)?.state !== 'T') return;
  const backend = findIn(table, identity);
  if (backend === undefined || isDead(backend)) sendSignal(shim, 'SIGKILL');
}

function findIn(
  table: readonly ProcessInfo[],
  { pid, startedTicks }: ProcessIdentity,
): ProcessInfo | undefined {
  return table.find((entry) => entry.pid === pid && entry.startedTicks === startedTicks);
}
