import { readdirSync, readFileSync } from 'node:fs';

/** What `/proc/PID/stat` says about a process. */
export interface ProcStat {
  readonly pid: number;
  /** One letter, such as `R`, `S`, `Z`. */
  readonly state: string;
  readonly parentPid: number;
}

/** Undefined when there is no such process. */
export function readProcStat(pid: number): ProcStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold spaces and parentheses.
    const [state = '', parentPid = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, state, parentPid: Number(parentPid) };
  } catch {
    return undefined;
  }
}

/** All processes that are neither dead nor zombies. */
export function listLiveProcesses(): ProcStat[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readProcStat(Number(entry)))
    .filter((stat) => stat !== undefined && !isDeadState(stat.state)) as ProcStat[];
}

/** Zombies and processes that are just being taken down do no work any more. */
export function isDeadState(state: string): boolean {
  return state === 'Z' || state === 'X' || state === 'x';
}
