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
 * @returns The pids of those that still live after 2 s.
 */
export async function endStrays(owner: string, known: ReadonlySet<string>): Promise<number[]> {
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    // Again each time: one that was not killed yet may have forked.
    const strays = processesWithToken((token) => token.startsWith(owner) && !known.has(token));
    if (strays.length === 0 || performance.now() > giveUpAt) return strays.map(({ pid }) => pid);
    for (const stray of strays) sendSignal(identityOf(stray), 'SIGKILL');
    await delay(pauseMs);
  }
}

/** The living processes that carry a token which is looked for. */
export function processesWithToken(isWanted: (token: string) => boolean): ProcessInfo[] {
  return listProcesses().filter((entry) => {
    if (isDead(entry) || entry.pid === process.pid) return false;
    const marker = readMarker(entry.pid);
    return marker !== null && isWanted(marker.token);
  });
}
