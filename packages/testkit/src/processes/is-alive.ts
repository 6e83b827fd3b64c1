import { isDeadState, readProcStat } from './proc-stat.js';

/**
 * Whether a process exists and is not a zombie. On Linux its state in `/proc` tells; elsewhere,
 * where a zombie cannot be told apart, whether it can be signalled.
 */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') {
    const stat = readProcStat(pid);
    return stat !== undefined && !isDeadState(stat.state);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
