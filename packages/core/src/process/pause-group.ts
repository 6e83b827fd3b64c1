import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from './identity.js';
import type { ProcessInfo } from './process-table.js';
import { createRunTree, type RunMark } from './run-tree.js';
import { sendSignal } from './send-signal.js';

const deadlineMs = 50;
const pauseMs = 1;

/**
 * Stops every process of a run that could write to its log (SIGSTOP; the shim writes nothing and goes on)
 * and resolves once they stand still, or after 50 ms, since one in a wait of the kernel stops later.
 *
 * @returns What lets them go on, or null when none lives. Those that stood still before stay so.
 */
export async function pauseGroup(run: RunMark): Promise<(() => void) | null> {
  const tree = createRunTree(run);
  const giveUpAt = performance.now() + deadlineMs;
  const paused = new Map<number, ProcessInfo>();
  const resume = () => {
    for (const entry of paused.values()) sendSignal(identityOf(entry), 'SIGCONT');
  };
  for (;;) {
    // Again each time: one that was not stopped yet may have forked.
    const { members } = tree.scan();
    if (members.length === 0) return null;
    const moving = members.filter(({ state }) => state !== 'T' && state !== 't');
    for (const entry of moving) {
      if (!paused.has(entry.pid) && sendSignal(identityOf(entry), 'SIGSTOP'))
        paused.set(entry.pid, entry);
    }
    if (moving.length === 0 || performance.now() >= giveUpAt) return resume;
    await delay(pauseMs);
  }
}
