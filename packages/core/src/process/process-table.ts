import { readProcFile, readProcFiles } from './proc-files.js';
import { readPs } from './ps.js';
import { isResourceShortage } from './resource-shortage.js';

/** A process as the system's table shows it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  /** Session id; null where the system does not tell. */
  readonly session: number | null;
  /** One letter, such as `R`, `S`, `T`, `D` or `Z`. */
  readonly state: string;
  /** Start time in clock ticks since boot, or the platform's text for it; see {@link ProcessIdentity}. */
  readonly startedTicks: string;
  /** Processor time used so far in clock ticks, user and system together. */
  readonly cpuTicks: number;
  readonly residentBytes: number;
}

/**
 * Looks at one process now: `/proc/PID/stat` on Linux, `ps` elsewhere. Zombies are shown too, see
 * {@link isDead}.
 *
 * @returns null when there is no such process.
 * @throws Error of the system when it has no descriptor, process or memory left to look.
 */
export function readProcess(pid: number): ProcessInfo | null {
  return process.platform === 'linux' ? readProcFile(pid) : (readPs(pid)[0] ?? null);
}

/** All processes that this one may see, zombies included. @throws as {@link readProcess} */
export function listProcesses(): ProcessInfo[] {
  return process.platform === 'linux' ? readProcFiles() : readPs();
}

/**
 * All processes that this one may see; null when the system has no descriptor, process or memory left to
 * look, which says nothing about them. For whoever looks again later anyway, such as a timer.
 */
export function listIfPossible(): ProcessInfo[] | null {
  try {
    return listProcesses();
  } catch (error) {
    if (isResourceShortage(error)) return null;
    throw error;
  }
}

/** Whether a process only waits to be reaped: nobody may ever do that, so it counts as gone. */
export function isDead({ state }: Pick<ProcessInfo, 'state'>): boolean {
  return state === 'Z' || state === 'X' || state === 'x';
}
