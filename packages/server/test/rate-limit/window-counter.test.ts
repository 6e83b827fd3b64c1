import { beforeEach, describe, expect, it } from 'vitest';
import { createWindowCounter } from '../../src/rate-limit/window-counter.js';

let now: number;
const nowMs = () => now;
const create = (capacity = 1_024) => createWindowCounter({ windowMs: 60_000, capacity, nowMs });

beforeEach(() => {
  now = 5_000;
});

describe('createWindowCounter', () => {
  it('counts each key for itself', () => {
    const count = create();
    expect([count('a'), count('a'), count('b'), count('a')].map((each) => each.count)).toEqual([
      1, 2, 1, 3,
    ]);
  });

  it('begins a window with the first of a key, and the next with the first after its end', () => {
    const count = create();
    expect(count('a')).toEqual({ count: 1, endsAtMs: 65_000 });
    now = 20_000;
    expect(count('b')).toEqual({ count: 1, endsAtMs: 80_000 });
    now = 64_999;
    expect(count('a')).toEqual({ count: 2, endsAtMs: 65_000 });
    now = 65_000;
    expect(count('a')).toEqual({ count: 1, endsAtMs: 125_000 });
    expect(count('b').count).toBe(2);
  });

  it('S18: knows as many keys as it has room for', () => {
    const count = create(65_536);
    const keys = Array.from({ length: 10_000 }, (_, n) => `address:${n}`);
    for (const key of keys) count(key);
    expect(keys.filter((key) => count(key).count === 2)).toHaveLength(keys.length);
  });

  it('S18: does not forget a key that is used for a million that come once', () => {
    const count = create();
    for (let used = 0; used < 100; used += 1) count('mine');
    for (let other = 0; other < 1_000_000; other += 1) count(`address:${other}`);
    expect(count('mine').count).toBe(101);
  });

  it('S18: takes no more memory for a million keys', () => {
    const count = create(65_536);
    const before = process.memoryUsage().arrayBuffers;
    for (let other = 0; other < 1_000_000; other += 1) count(`address:${other}`);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  });
});
