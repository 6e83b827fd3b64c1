import { readFileSync } from 'node:fs';
import { isDead, listProcesses, type ProcessInfo } from './process-table.js';

/** Environment variable that holds the token of the run; every process of a run inherits it. */
export const tokenVariable = 'LLAMACTL_RUN';

/** Environment variable that holds the name of the instance. */
export const instanceVariable = 'LLAMACTL_INSTANCE';

/** Which run a process was started for. */
export interface Marker {
  readonly token: string;
  readonly instance: string;
}

/** A living process of some run. */
export interface MarkedProcess extends Marker {
  readonly process: ProcessInfo;
}

/**
 * Reads the marker in a process's environment (`/proc/PID/environ`). null when it has none, is gone or
 * is another user's, and always on systems other than Linux.
 */
export function readMarker(pid: number): Marker | null {
  if (process.platform !== 'linux') return null;
  let environment: string;
  try {
    environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return null; // a zombie's gives ESRCH
  }
  const token = readVariable(environment, tokenVariable);
  return token === null
    ? null
    : { token, instance: readVariable(environment, instanceVariable) ?? '' };
}

/** Every living process of any run, whoever started it: the ones without a record are strays. Linux only. */
export function listMarkedProcesses(): MarkedProcess[] {
  return listProcesses()
    .filter((entry) => !isDead(entry))
    .flatMap((entry) => {
      const marker = readMarker(entry.pid);
      return marker === null ? [] : [{ ...marker, process: entry }];
    });
}

function readVariable(environment: string, name: string): string | null {
  const text = `\0${environment}`;
  const start = text.indexOf(`\0${name}=`);
  if (start === -1) return null;
  const from = start + name.length + 2;
  const end = text.indexOf('\0', from);
  return text.slice(from, end === -1 ? undefined : end);
}
