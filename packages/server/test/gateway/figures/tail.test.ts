import { randomBytes } from 'node:crypto';
import { seededRandom } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { Tail } from '../../../src/gateway/figures/tail.js';

it('keeps the last kilobyte of what goes by, in whatever pieces it comes', () => {
  const all = Buffer.from(randomBytes(4_000).toString('hex'));
  const random = seededRandom(1);
  for (const largest of [1, 10, 300, 1_024, 1_500, 2_048, 5_000, 40_000]) {
    const tail = new Tail();
    let at = 0;
    while (at < all.length) {
      const end = at + 1 + Math.floor(random() * largest);
      tail.push(all.subarray(at, end));
      at = end;
      const seen = all.toString('latin1', 0, end);
      const kept = tail.text();
      expect(seen.endsWith(kept)).toBe(true);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(seen.length, 1_024));
      expect(kept.length).toBeLessThanOrEqual(2_048);
    }
  }
});

it('is empty for nothing', () => {
  expect(new Tail().text()).toBe('');
});
