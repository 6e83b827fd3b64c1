import { readFileSync } from 'node:fs';
import { isResourceShortage } from './resource-shortage.js';

/** Environment variable that holds the token of the run; every process of a run inherits it. */
export const tokenVariable = 'LLAMACTL_RUN';

/** Environment variable that holds the name of the instance. */
export const instanceVariable = 'LLAMACTL_INSTANCE';

/** Which run a process was started for. */
export interface Marker {
  readonly token: string;
  readonly instance: string;
}

/**
 * Reads the marker in a process's environment (`/proc/PID/environ`). null when it has none, is gone or
 * is another user's, and always on systems other than Linux.
 *
 * @throws Error of the system when it has no descriptor or memory left to look.
 */
export function readMarker(pid: number): Marker | null {
  if (process.platform !== 'linux') return null;
  let environment: string;
  try {
    environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch (error) {
    if (isResourceShortage(error)) throw error;
    return null; // a zombie's gives ESRCH
  }
  const token = readVariable(environment, tokenVariable);
  return token === null
    ? null
    : { token, instance: readVariable(environment, instanceVariable) ?? '' };
}

function readVariable(environment: string, name: string): string | null {
  const text = `\0${environment}`;
  const start = text.indexOf(`\0${name}=`);
  if (start === -1) return null;
  const from = start + name.length + 2;
  const end = text.indexOf('\0', from);
  return text.slice(from, end === -1 ? undefined : end);
}
