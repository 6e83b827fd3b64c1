import { expect, test } from 'vitest';
import { longestDelayMs, timerDelay } from '../../src/support/timer-delay.js';

test('what is longer than a timer takes becomes the longest delay', () => {
  expect(timerDelay(Number.POSITIVE_INFINITY)).toBe(longestDelayMs);
  expect(timerDelay(2 ** 31)).toBe(longestDelayMs);
  expect(timerDelay(30_000)).toBe(30_000);
});
