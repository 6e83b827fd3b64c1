import { findSameProcess } from './identity.js';
import { readProcess } from './process-table.js';
import type { ProcessIdentity, Run } from './run.js';

/**
 * Signals one process, if it still is the one meant: that is checked in the same synchronous step.
 * Never this process itself, never init.
 *
 * @returns Whether the signal was sent.
 */
export function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (identity.pid <= 1 || identity.pid === process.pid || findSameProcess(identity) === null)
    return false;
  return kill(identity.pid, signal);
}

/**
 * Signals a run's whole process group at once, so that not even one that forks meanwhile is missed. The
 * group is known to be the run's while its shim or its backend lives in it; never this process's own.
 *
 * @returns Whether the signal was sent.
 */
export function sendGroupSignal(
  run: Pick<Run, 'identity' | 'shim'>,
  signal: NodeJS.Signals,
): boolean {
  const group = run.shim.pid;
  if (group <= 1 || group === readProcess(process.pid)?.pgid) return false;
  const witness = findSameProcess(run.shim) ?? findSameProcess(run.identity);
  return witness?.pgid === group && kill(-group, signal);
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false; // gone in this moment, or another user's
  }
}
