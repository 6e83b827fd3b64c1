import { readBootId } from '../../src/process/identity.js';
import type { ProcessInfo } from '../../src/process/process-table.js';
import type { Run } from '../../src/process/run.js';

/** A run that nobody started, of processes that {@link info} gives a place in the table. */
export function fabricatedRun({
  pid,
  shimPid,
  startedAt = new Date().toISOString(),
  ...changes
}: { pid: number; shimPid: number; startedAt?: string } & Partial<Run>): Run {
  const bootId = readBootId();
  return {
    instance: 'fabricated',
    pid,
    identity: { pid, startedTicks: String(pid), bootId },
    shim: { pid: shimPid, startedTicks: String(shimPid), bootId },
    guard: null,
    runDir: '/nonexistent',
    startedAt,
    token: 'no process has this',
    exited: new Promise(() => {}),
    letGo: () => {},
    ...changes,
  };
}

/** A row of the process table; it started at the tick of the same number as its pid. */
export function info(pid: number, changes: Partial<ProcessInfo> = {}): ProcessInfo {
  return {
    pid,
    ppid: 1,
    pgid: pid,
    session: changes.pgid ?? pid,
    state: 'S',
    startedTicks: String(pid),
    cpuTicks: 0,
    residentBytes: 0,
    ...changes,
  };
}
