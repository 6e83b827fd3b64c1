import { readFileSync } from 'node:fs';
import { listLiveProcesses } from './proc-stat.js';

/**
 * The pids of living processes that were started with a marker in their environment, such as
 * `MY_TEST=4711`. Children inherit it, also those that left their group and session, so an empty
 * list means that nothing was left behind. Zombies do not count. Linux only: elsewhere the list is
 * always empty.
 *
 * @param marker - Text to look for in the `NAME=value` entries; make it unique for each test.
 */
export function processesWithMarker(marker: string): number[] {
  if (process.platform !== 'linux') return [];
  return listLiveProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => readEnvironment(pid).includes(marker));
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // gone meanwhile, or another user's
  }
}
