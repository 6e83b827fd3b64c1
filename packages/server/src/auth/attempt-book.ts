import { LlamactlError } from '@llamactl/contract';
import { networkOf } from '../http/address.js';

/** Wrong passwords after which there is a delay. */
const freeFailures = 5;
const firstDelayMs = 1_000;
const longestDelayMs = 300_000;
/** Quiet time after which wrong passwords are forgotten. */
const forgetAfterMs = 3_600_000;
/** Accounts and addresses that are remembered; those that were quiet longest go first. */
const mostRemembered = 10_000;
/** Wrong passwords that all callers together have, and how soon they get another one. */
const allTogether = { atOnce: 10, everyMs: 6_000 };

/** Whose password it is, and where the attempt comes from. */
export interface AttemptSource {
  readonly username: string;
  /** When its password was last set: with another one the account begins anew. */
  readonly passwordSince?: string | undefined;
  readonly address: string;
}

/**
 * Slows down those who guess passwords: after five wrong ones for an account, or from an address (of IPv6 its network), each
 * further one doubles the time until the next is looked at, up to five minutes. All callers together get
 * ten a minute, so that many addresses do not help. Right passwords count for nothing.
 *
 * Where somebody has got into an account from, only wrong passwords from there slow them down: else any stranger could
 * keep them out.
 */
export class AttemptBook {
  readonly #nowMs: () => number;
  readonly #failures = new Map<string, Failures>();
  /** Accounts and the networks that somebody got into them from. */
  readonly #known = new Set<string>();
  /** Below zero there is no attempt left for anybody. */
  #left = allTogether.atOnce;
  #leftAtMs: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#leftAtMs = nowMs();
  }

  /** Accounts and addresses that are remembered now. */
  get size(): number {
    return this.#failures.size;
  }

  /**
   * Counts an attempt as a failure before it is looked at: of many at the same time none slips through.
   *
   * @returns what takes that back once the password was right
   * @throws LlamactlError TOO_MANY_ATTEMPTS
   */
  begin({ username, passwordSince = '', address }: AttemptSource): () => void {
    const network = networkOf(address);
    const origin = `address:${network}`;
    const visit = `${username.toLowerCase()} from ${network}`;
    const isKnown = this.#known.has(visit);
    const account = `account:${isKnown ? visit : username.toLowerCase()} ${passwordSince}`;
    const commonWaitMs = isKnown ? 0 : this.#commonWaitMs();
    const waitMs = Math.max(this.#waitMs(account), this.#waitMs(origin), commonWaitMs);
    if (waitMs > 0) throw tooManyAttempts(waitMs);
    this.#fail(account);
    const takeBack = this.#fail(origin);
    if (!isKnown) this.#left -= 1;
    return () => {
      this.#failures.delete(account);
      // Not forgotten: one good account would give its owner endless guesses at others.
      takeBack();
      if (!isKnown) this.#left += 1;
      this.#meet(visit);
    };
  }

  #meet(visit: string): void {
    this.#known.delete(visit);
    this.#known.add(visit);
    dropOldest(this.#known);
  }

  #waitMs(key: string): number {
    const known = this.#failures.get(key);
    return known ? known.untilMs - this.#nowMs() : 0;
  }

  #commonWaitMs(): number {
    const nowMs = this.#nowMs();
    const { atOnce, everyMs } = allTogether;
    this.#left = Math.min(atOnce, this.#left + (nowMs - this.#leftAtMs) / everyMs);
    this.#leftAtMs = nowMs;
    return this.#left >= 1 ? 0 : (1 - this.#left) * everyMs;
  }

  #fail(key: string): () => void {
    const nowMs = this.#nowMs();
    const before = this.#failures.get(key);
    const isFresh = before !== undefined && nowMs - before.atMs < forgetAfterMs;
    const count = (isFresh ? before.count : 0) + 1;
    const failures = { count, atMs: nowMs, untilMs: nowMs + delayMs(count) };
    // The newest last, so that the first is the one that was quiet longest.
    this.#failures.delete(key);
    this.#failures.set(key, failures);
    dropOldest(this.#failures);
    return () => this.#takeBack(key, failures, before);
  }

  #takeBack(key: string, failures: Failures, before: Failures | undefined): void {
    const known = this.#failures.get(key);
    if (known !== failures) {
      if (known) this.#failures.set(key, { ...known, count: Math.max(0, known.count - 1) });
    } else if (before) this.#failures.set(key, before);
    else this.#failures.delete(key);
  }
}

function dropOldest(remembered: Map<string, unknown> | Set<string>): void {
  const [oldest] = remembered.keys();
  if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
}

interface Failures {
  readonly count: number;
  readonly atMs: number;
  /** Nothing is looked at before that. */
  readonly untilMs: number;
}

function delayMs(count: number): number {
  if (count < freeFailures) return 0;
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (count - freeFailures));
}

function tooManyAttempts(waitMs: number): LlamactlError {
  return new LlamactlError('TOO_MANY_ATTEMPTS', 'There were too many wrong passwords.', {
    details: 'Try again after the seconds in the Retry-After header. Sessions and API keys go on.',
    retryAfterSeconds: waitMs / 1_000,
  });
}
