import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../src/reconnect/retry-delay.js';

describe('retryDelayMs', () => {
  it('doubles its longest delay from 1 s to 30 s', () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 5_000].map((attempt) => retryDelayMs(attempt, 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is anywhere up to that, but never at once', () => {
    expect(retryDelayMs(2, 0.5)).toBe(2_050);
    expect(retryDelayMs(2, 0)).toBe(100);
  });

  it('W3: never brings a thousand clients back at the same time', () => {
    const delays = Array.from({ length: 1_000 }, (_, index) => retryDelayMs(0, index / 1_000));
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => delays.filter((ms) => Math.floor(ms / 100) === tenth).length,
    );
    expect(Math.max(...perTenth)).toBeLessThanOrEqual(115);
  });

  it('is longer than what the server asked for', () => {
    expect(retryDelayMs(0, 0.25, 5_000)).toBe(5_325);
  });
});
