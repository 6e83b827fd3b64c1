import { setTimeout as delay } from 'node:timers/promises';
import { timerDelay } from '../support/timer-delay.js';
import { type Course, goodCourse, judge } from './judge.js';
import { Looker, type LookTarget } from './look.js';

/** How many times as often a server is looked at that seems not to be well. */
const suspicion = 3;

/** How often to look while all is well, and how long a server may stand still. */
export interface LivenessLimits {
  readonly intervalMs: number;
  readonly hangTimeoutMs: number;
}

/**
 * Looks after a running server until the signal aborts, and tells after each look how things go. Keeps no process
 * alive, and never rejects.
 */
export async function watchLiveness(
  target: LookTarget,
  { intervalMs, hangTimeoutMs }: LivenessLimits,
  { signal, onCourse }: { signal: AbortSignal; onCourse: (course: Course) => void },
): Promise<void> {
  const looker = new Looker(target, intervalMs);
  let course = goodCourse;
  // Many that were started together are not looked at together.
  let pauseMs = intervalMs * (0.5 + Math.random() / 2);
  while (await pause(pauseMs, signal)) {
    const look = await looker.look(pauseMs, signal);
    if (signal.aborted) return;
    course = judge(course, look, hangTimeoutMs);
    onCourse(course);
    // To look costs more than anything else that is done for an idle one; where something seems wrong, it pays.
    pauseMs = course.stillMs === null ? intervalMs : intervalMs / suspicion;
  }
}

/** False when it was broken off. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(timerDelay(ms), true, { ref: false, signal }).catch(() => false);
}
