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
  readonly address: string;
}

/**
 * Slows down those who guess passwords: after five wrong ones for an account, or from an address (of IPv6 its network), each
 * further one doubles the time until the next is looked at, up to five minutes. All callers together get
 * ten a minute, so that many addresses do not help. Right passwords count for nothing.
 */
export class AttemptBook {
  readonly #nowMs: () => number;
  readonly #failures = new Map<string, Failures>();
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
  begin({ username, address }: AttemptSource): () => void {
    const account = `account:${username.toLowerCase()}`;
    const origin = `address:${networkOf(address)}`;
    const waitMs = Math.max(this.#waitMs(account), this.#waitMs(origin), this.#commonWaitMs());
    if (waitMs > 0) throw tooManyAttempts(waitMs);
    this.#fail(account);
    const takeBack = this.#fail(origin);
    this.#left -= 1;
    return () => {
      this.#failures.delete(account);
      // Not forgotten: one good account would give its owner endless guesses at others.
      takeBack();
      this.#left += 1;
    };
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
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostRemembered && oldest !== undefined) this.#failures.delete(oldest);
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
