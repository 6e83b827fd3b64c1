/** How a running server is: `unresponsive` gives no answer, `stalled` answers but does not get on with its work. */
export type Condition = 'well' | 'unresponsive' | 'stalled';

/**
 * What a server did since the look before. `moved`: it used processor time, or its work got on; what cannot be seen
 * counts as this. `held`: it did not, but is suspended, or waits for a processor or a disk, so that it could not.
 * `still`: neither.
 */
export type Sign = 'moved' | 'held' | 'still';

/** What one look at a server found. */
export interface Look {
  /** Whether it answered at all. */
  readonly answers: boolean;
  /** Whether it has work to do, as far as can be known. */
  readonly hasWork: boolean;
  readonly sign: Sign;
  /** Time since the look before, in milliseconds; without that in which nobody could look. */
  readonly elapsedMs: number;
}

/** How things have gone over some looks. */
export interface Course {
  readonly condition: Condition;
  /** Looks in a row without an answer. */
  readonly missed: number;
  /** How long nothing has moved although something should, in milliseconds; null when all is well. */
  readonly stillMs: number | null;
  /** For how long of that, up to now, nothing held it up; null when something did just now. */
  readonly freeMs: number | null;
  /** Whether it was still and free for so long that it will not go on by itself. */
  readonly isHung: boolean;
}

/** The course of a server that was just seen to be well. */
export const goodCourse: Course = {
  condition: 'well',
  missed: 0,
  stillMs: null,
  freeMs: null,
  isHung: false,
};

/** One answer that is missing says nothing: all of the server's threads may be taken. */
const missedLooks = 3;

/**
 * Says how things go after one more look. A server that uses processor time is at work, however long it gives no
 * answer and no result: a long prompt on a slow machine takes minutes. One that is held up is told of, but is
 * never hung: who suspended it may let it go on.
 *
 * @param hangTimeoutMs - How long nothing may move.
 */
export function judge(before: Course, look: Look, hangTimeoutMs: number): Course {
  if (look.sign === 'moved' || (look.answers && !look.hasWork)) return goodCourse;
  const missed = look.answers ? 0 : before.missed + 1;
  const stillMs = longer(before.stillMs, look);
  const freeMs = look.sign === 'held' ? null : longer(before.freeMs, look);
  const isSure = look.answers || missed >= missedLooks;
  const isHung = isSure && freeMs !== null && freeMs >= hangTimeoutMs;
  const condition = conditionOf(before, { missed, isLong: stillMs >= hangTimeoutMs });
  return { condition, missed, stillMs, freeMs, isHung };
}

/** The first look of a kind is what the next ones are compared with. */
function longer(ms: number | null, { elapsedMs }: Look): number {
  return ms === null ? 0 : ms + elapsedMs;
}

function conditionOf(
  { condition }: Course,
  { missed, isLong }: { missed: number; isLong: boolean },
): Condition {
  if (missed >= missedLooks) return 'unresponsive';
  if (missed > 0) return condition;
  // One that answers again, and does no more than that, is not well yet.
  return isLong || condition !== 'well' ? 'stalled' : 'well';
}
