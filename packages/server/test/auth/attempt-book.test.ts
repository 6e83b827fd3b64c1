import { LlamactlError } from '@llamactl/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { AttemptBook } from '../../src/auth/attempt-book.js';

let nowMs: number;
let book: AttemptBook;

beforeEach(() => {
  nowMs = 1_000;
  book = new AttemptBook(() => nowMs);
});

/** Seconds to wait; null when the password was looked at, and wrong. */
function guess(username: string, address: string): number | null {
  try {
    book.begin({ username, address });
    return null;
  } catch (error) {
    if (!LlamactlError.is(error, 'TOO_MANY_ATTEMPTS')) throw error;
    return error.retryAfterSeconds ?? Number.NaN;
  }
}

const succeed = (username: string, address: string) => book.begin({ username, address })();

/** As many as are looked at without a pause. */
function guesses(count: number, of: (n: number) => [string, string]): (number | null)[] {
  return Array.from({ length: count }, (_, n) => guess(...of(n)));
}

describe('S9: wrong passwords', () => {
  it.each<[string, (n: number) => [string, string]]>([
    [
      'for one account, whatever its case, from many addresses',
      (n) => [n % 2 ? 'ann' : 'ANN', `a${n}`],
    ],
    ['from one address, for many accounts', (n) => [`u${n}`, 'a']],
    ['from one IPv6 network, for many accounts', (n) => [`u${n}`, `2001:db8::${n + 1}`]],
  ])('%s: five are free, then each doubles the delay', (_, of) => {
    expect(guesses(5, of)).toEqual([null, null, null, null, null]);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      expect(guess(...of(100))).toBe(seconds);
      nowMs += seconds * 1_000 - 1;
      expect(guess(...of(101))).toBeCloseTo(0.001);
      nowMs += 1;
      expect(guess(...of(102))).toBeNull();
    }
  });

  it('of all together: ten at once, then one in six seconds', () => {
    const fresh = (n: number): [string, string] => [`u${n}`, `a${n}`];
    expect(guesses(10, fresh)).toEqual(Array(10).fill(null));
    expect(guess('x', 'y')).toBe(6);
    nowMs += 6_000;
    expect(guesses(2, (n) => fresh(n + 10))).toEqual([null, 6]);
    nowMs += 24 * 3_600_000;
    expect(guesses(11, (n) => fresh(n + 20)).filter((wait) => wait === null)).toHaveLength(10);
  });

  it('are forgotten for the account that somebody gets into, not for the address', () => {
    guesses(3, () => ['ann', 'a']);
    succeed('ann', 'a');
    guesses(1, () => ['ann', 'a']);
    expect(guess('ann', 'b')).toBeNull();
    expect(guess('bob', 'a')).toBeNull();
    expect(guess('bob', 'a')).toBe(1);
    expect(guess('ann', 'b')).toBeNull();
  });

  it('of strangers keep nobody out who got in from the same network before', () => {
    succeed('ann', '2001:db8::1');
    guesses(10, (n) => ['ann', `a${n}`]);
    expect(guess('ann', 'a11')).toBeGreaterThan(0);
    expect(guesses(5, () => ['ann', '2001:db8::2'])).toEqual([null, null, null, null, null]);
    expect(guess('ann', '2001:db8::2')).toBe(1);
  });

  it('are forgotten for an account that is given another password', () => {
    const guessAt = (passwordSince: string, n: number) =>
      book.begin({ username: 'ann', passwordSince, address: `a${n}` });
    for (let n = 0; n < 5; n++) guessAt('Monday', n);
    expect(() => guessAt('Monday', 5)).toThrow(/too many/);
    expect(() => guessAt('Tuesday', 6)).not.toThrow();
  });

  it('are not made by those that were right, however many', () => {
    for (let n = 0; n < 100; n++) succeed('ann', 'a');
    expect(guesses(5, () => ['ann', 'a'])).toEqual([null, null, null, null, null]);
    nowMs += 60_000;
    succeed('ann', 'a');
    expect(guess('bob', 'a')).toBeNull();
  });

  it('count while they are looked at: of many at the same time five are', () => {
    const pending = guesses(1_000, () => ['ann', 'a']).filter((wait) => wait === null);
    expect(pending).toHaveLength(5);
  });

  it('are forgotten after an hour without any', () => {
    guesses(5, () => ['ann', 'a']);
    nowMs += 3_600_000;
    expect(guesses(5, () => ['ann', 'a'])).toEqual([null, null, null, null, null]);
  });

  it('take no more memory than those of 10 000 accounts and addresses', () => {
    for (let n = 0; n < 20_000; n++) {
      nowMs += 6_000;
      expect(guess(`u${n}`, `a${n}`)).toBeNull();
    }
    expect(book.size).toBe(10_000);
  });
});
