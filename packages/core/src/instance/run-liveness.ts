import { type Course, goodCourse } from '../liveness/judge.js';
import { watchLiveness } from '../liveness/watch-liveness.js';
import type { ActiveRun } from './active-run.js';
import type { InstanceContext } from './instance-context.js';

/**
 * Looks after a run that is ready, until it is stopped or over: notes how it is, and tells the alerts.
 *
 * @param onHung - Called after each look at one that stands still for too long.
 */
export function watchRun(active: ActiveRun, context: InstanceContext, onHung: () => void): void {
  const { backend, host, port, key, run, definition, cancelStart } = active;
  const { healthIntervalMs, hangTimeoutMs } = context;
  const onCourse = (course: Course) => {
    const hasChanged = course.condition !== active.course.condition;
    active.course = course;
    if (hasChanged) context.alerts.lookAtCondition(definition.name, course.condition);
    if (course.isHung && hangTimeoutMs > 0) onHung();
  };
  active.course = goodCourse;
  // It may have been silent when it was taken over.
  context.alerts.lookAtCondition(definition.name, goodCourse.condition);
  void run.exited.then(() => cancelStart.abort());
  void watchLiveness(
    { backend, address: { host, port, key }, run },
    { intervalMs: healthIntervalMs, hangTimeoutMs: hangTimeoutMs || toldAfterMs },
    { signal: cancelStart.signal, onCourse },
  );
}

/** When one is told as stalled where none is ever ended for it. */
export const toldAfterMs = 600_000;

/** Why a run that stands still is ended, in a sentence. */
export function hangReason({ course }: ActiveRun): string {
  const seconds = Math.round((course.stillMs ?? 0) / 1_000);
  const what = course.condition === 'stalled' ? 'did not get on with its work' : 'gave no answer';
  return `It ${what} and used no processor time for ${seconds} s, and was stopped.`;
}
