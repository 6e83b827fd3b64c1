import type { Backend, ProbeResult, ServerAddress, WorkReport } from '../backends/backend.js';
import type { RunMark } from '../process/run-tree.js';
import { startFairTimer } from '../support/fair-timer.js';
import { type Activity, ActivityMeter } from './activity.js';
import type { Look, Sign } from './judge.js';

/** Whom to look at: a server that was ready, so that it has answered before. */
export interface LookTarget {
  readonly backend: Pick<Backend, 'probe' | 'work'>;
  readonly address: ServerAddress;
  readonly run: RunMark;
}

/** Shortest and longest time that one question is given; between them, twice the pause between looks. */
const questionMs = { shortest: 200, longest: 5_000 };

/**
 * Processor time that says nothing of its work: what questions cost a server that only takes them, ours (so much for a
 * look) and those of clients who try again and again (a part of the time since; 4 per second cost 0.5 %).
 */
const idleShare = { ms: 20, part: 0.02 };

/** Looks at a run again and again. */
export class Looker {
  readonly #target: LookTarget;
  readonly #questionMs: number;
  /** There while something seems wrong: then processor time tells whether it is. */
  #meter: ActivityMeter | null = null;
  #lastAt = performance.now();
  #progress: string | null = null;

  /** @param intervalMs - Longest pause between two looks. */
  constructor(target: LookTarget, intervalMs: number) {
    this.#target = target;
    const { shortest, longest } = questionMs;
    this.#questionMs = Math.min(longest, Math.max(shortest, 2 * intervalMs));
  }

  /**
   * Looks now; one call must end before the next. Never rejects.
   * @param pauseMs - Pause that was made since the look before.
   */
  async look(pauseMs: number, signal: AbortSignal): Promise<Look> {
    const { backend, address } = this.#target;
    // Before the questions: to answer them it may use the processor just now.
    const activity = this.#meter?.look() ?? null;
    const limits = { signal, timeoutMs: this.#questionMs };
    const work = (await ask(limits, (over) => backend.work?.(address, over))) ?? 'unknown';
    const answers =
      typeof work === 'object' ||
      hasAnswered(await ask(limits, (over) => backend.probe(address.host, address.port, over)));
    const hasWork = work === 'timeout' || (typeof work === 'object' && work.isBusy);
    const now = performance.now();
    const sinceMs = now - this.#lastAt;
    this.#lastAt = now;
    const hasProgress = this.#hasProgress(work);
    // While the machine slept, or we stood still, nothing could be seen.
    const elapsedMs = Math.min(sinceMs, pauseMs + 2 * this.#questionMs);
    if (hasProgress || (answers && !hasWork)) {
      this.#meter = null;
      return { answers, hasWork, elapsedMs, sign: 'moved' };
    }
    this.#meter ??= new ActivityMeter(this.#target.run);
    return { answers, hasWork, elapsedMs, sign: signOf(activity, sinceMs) };
  }

  #hasProgress(work: WorkReport | 'unknown' | 'timeout'): boolean {
    const before = this.#progress;
    if (typeof work === 'object') this.#progress = work.progress;
    return this.#progress !== before;
  }
}

/**
 * What a server did in a time in which it was asked now and then.
 * @param activity - null for the first look at one that seems not to be well: the next one compares. */
export function signOf(activity: Activity | null, sinceMs: number): Sign {
  if (activity === null) return 'still';
  const { usedMs, isHeld } = activity;
  if (usedMs === null || usedMs > idleShare.ms + idleShare.part * sinceMs) return 'moved';
  return isHeld ? 'held' : 'still';
}

/** Anything but silence; also an answer that says no. */
function hasAnswered(result: ProbeResult | undefined): boolean {
  return result !== 'timeout' && result !== 'none';
}

/** Asks within a time; undefined when the code that asks breaks, which says nothing of the server. */
async function ask<T>(
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
  question: (signal: AbortSignal) => Promise<T> | undefined,
): Promise<T | undefined> {
  const deadline = new AbortController();
  const end = () => deadline.abort();
  const callOff = startFairTimer(timeoutMs, end);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await question(deadline.signal);
  } catch {
    return undefined;
  } finally {
    callOff();
    signal.removeEventListener('abort', end);
  }
}
