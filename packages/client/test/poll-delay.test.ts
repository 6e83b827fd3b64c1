import { expect, it } from 'vitest';
import { pollDelayMs } from '../src/poll-delay.js';

it('pollDelayMs doubles from 100 ms to 2 s', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 5000].map(pollDelayMs);
  expect(delays).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
});
