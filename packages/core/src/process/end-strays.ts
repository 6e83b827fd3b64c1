import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from './identity.js';
import { readMarker } from './marker.js';
import { isDead, listProcesses, type ProcessInfo } from './process-table.js';
import { sendSignal } from './send-signal.js';

const pauseMs = 10;
const deadlineMs = 2_000;

/**
 * Kills every process whose token begins with `owner` and is not one of those that are known: what was
 * left of a run whose record is gone. Finds nothing on systems that do not show environments.
 *
 * @returns Those that were to be ended: the pids by the name of the instance in lower case; and which of them
 *   still live after 2 s.
 */
export async function endStrays(
  owner: string,
  known: ReadonlySet<string>,
): Promise<{ found: Map<string, Set<number>>; left: number[] }> {
  const giveUpAt = performance.now() + deadlineMs;
  const found = new Map<string, Set<number>>();
  for (;;) {
    // Again each time: one that was not killed yet may have forked.
    const strays = processesWithToken((token) => token.startsWith(owner) && !known.has(token));
    if (strays.length === 0 || performance.now() > giveUpAt) {
      return { found, left: strays.map(({ pid }) => pid) };
    }
    for (const stray of strays) {
      note(found, stray);
      sendSignal(identityOf(stray), 'SIGKILL');
    }
    await delay(pauseMs);
  }
}

function note(found: Map<string, Set<number>>, { pid }: ProcessInfo): void {
  const instance = readMarker(pid)?.instance.toLowerCase();
  if (instance === undefined) return; // It has ended by itself just now.
  found.set(instance, (found.get(instance) ?? new Set()).add(pid));
}

/** The living processes that carry a token which is looked for. */
export function processesWithToken(isWanted: (token: string) => boolean): ProcessInfo[] {
  return listProcesses().filter((entry) => {
    if (isDead(entry) || entry.pid === process.pid) return false;
    const marker = readMarker(entry.pid);
    return marker !== null && isWanted(marker.token);
  });
}
