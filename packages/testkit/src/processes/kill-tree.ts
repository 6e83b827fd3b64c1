import { listLiveProcesses } from './proc-stat.js';
import { processesWithMarker } from './processes-with-marker.js';

/** Ends a group's leader, its group, its descendants and all that carry the marker. */
export function killTree(leaderPid: number, marker: string): void {
  const pids = new Set([...descendants(leaderPid), ...processesWithMarker(marker)]);
  for (const pid of [-leaderPid, ...pids]) kill(pid);
}

function descendants(rootPid: number): number[] {
  if (process.platform !== 'linux') return [];
  const processes = listLiveProcesses();
  const found = [rootPid];
  for (const pid of found) {
    found.push(...processes.filter((entry) => entry.parentPid === pid).map((entry) => entry.pid));
  }
  return found.slice(1);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
