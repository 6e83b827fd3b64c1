import type { Failure, RestartPolicy } from '@llamactl/contract';

/** What decides on a restart. */
export interface EndOfRun {
  readonly policy: RestartPolicy;
  /** Why it failed; null when it ended with exit code 0. */
  readonly failure: Failure | null;
  /** Failures in a row before this one. */
  readonly crashes: number;
  /** How long it had been ready, in milliseconds; 0 when it never was. */
  readonly readyMs: number;
}

/** What follows from the end of a run. */
export interface RestartVerdict {
  /** What the instance shows; `crash_loop` once the budget is used up. */
  readonly failure: Failure | null;
  /** Failures in a row, this one included. */
  readonly crashes: number;
  /** Time until it is started again, in milliseconds; null when it is not. */
  readonly delayMs: number | null;
}

/** So many failures in a row are a crash loop. */
export const crashLoopLength = 5;
/** Ready for so long, a run counts as stable, and failures are counted anew. */
export const stableMs = 60_000;

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;
/** By how much a delay may differ, so that what failed together does not start together. */
const jitter = 0.2;

/** Failures that stay until somebody changes something. */
const lasting: ReadonlySet<Failure> = new Set([
  'model_missing',
  'model_corrupt',
  'unsupported_model',
  'bad_option',
  'backend_not_found',
] as const);

/** Decides what follows from the end of a run that nobody asked for. */
export function decideRestart(end: EndOfRun, random: () => number = Math.random): RestartVerdict {
  const { policy, failure, readyMs } = end;
  if (failure === null && policy !== 'always') return { failure, crashes: 0, delayMs: null };
  const crashes = readyMs >= stableMs ? 1 : end.crashes + 1;
  if (policy === 'never' || (failure !== null && lasting.has(failure))) {
    return { failure, crashes, delayMs: null };
  }
  if (crashes >= crashLoopLength) return { failure: 'crash_loop', crashes, delayMs: null };
  return { failure: failure ?? 'crashed', crashes, delayMs: restartDelayMs(crashes, random) };
}

/**
 * The time before a restart: 1 s after the first failure, doubled with each further one, up to 60 s; by
 * up to a fifth more or less, but never above 60 s.
 *
 * @param random - Gives a number from 0 to 1.
 */
export function restartDelayMs(crashes: number, random: () => number = Math.random): number {
  const plain = Math.min(firstDelayMs * 2 ** (crashes - 1), longestDelayMs);
  return Math.min(Math.round(plain * (1 - jitter + 2 * jitter * random())), longestDelayMs);
}
