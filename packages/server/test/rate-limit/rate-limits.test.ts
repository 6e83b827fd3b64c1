import { LlamactlError } from '@llamactl/contract';
import { describe, expect, it } from 'vitest';
import { callerKey } from '../../src/rate-limit/caller-key.js';
import { createRateLimits, type RateClass } from '../../src/rate-limit/rate-limits.js';
import { assertWithinLimit, standingHeaders } from '../../src/rate-limit/standing-headers.js';

let now = 0;
const create = () => createRateLimits({ regular: 100, intensive: 10 }, () => now);

describe('createRateLimits', () => {
  it.each<[RateClass, number]>([
    ['regular', 100],
    ['intensive', 10],
  ])('lets as many %s requests through as are allowed in a minute', (rate, limit) => {
    now = 1_000;
    const limits = create();
    const stand = () => limits.count(rate, 'a');
    for (let left = limit - 1; left >= 0; left -= 1) {
      expect(stand()).toEqual({ rate, limit, remaining: left, resetsInMs: 60_000, isOver: false });
    }
    now += 59_999;
    expect(stand()).toEqual({ rate, limit, remaining: 0, resetsInMs: 1, isOver: true });
    now += 1;
    expect(stand()).toMatchObject({ remaining: limit - 1, isOver: false });
  });

  it('counts an intensive request as nothing else', () => {
    const limits = create();
    for (let sent = 0; sent < 200; sent += 1) limits.count('regular', 'a');
    expect(limits.count('intensive', 'a').remaining).toBe(9);
    for (let sent = 0; sent < 20; sent += 1) limits.count('intensive', 'b');
    expect(limits.count('regular', 'b').remaining).toBe(99);
  });
});

describe('callerKey', () => {
  it('is the credential, else the address, of IPv6 its network', () => {
    const credential = { countedAs: 'user:alice' } as never;
    expect(callerKey(credential, '192.0.2.1')).toBe('user:alice');
    expect(callerKey(undefined, '192.0.2.1')).toBe('address:192.0.2.1');
    expect(callerKey({ countedAs: null } as never, '::1')).toBe('address:0:0:0:0::/64');
    expect(callerKey(undefined, '2001:db8:1:2::1')).toBe(callerKey(undefined, '2001:db8:1:2:3::9'));
    expect(callerKey(undefined, '2001:db8:1:2::1')).not.toBe(
      callerKey(undefined, '2001:db8:1:3::'),
    );
  });
});

describe('what a caller is told', () => {
  const standing = { rate: 'intensive', limit: 10, remaining: 0, resetsInMs: 2_001 } as const;

  it('is rounded up, so that it is not too early', () => {
    expect(standingHeaders({ ...standing, isOver: true }, 1_700_000_000_000)).toEqual({
      'X-RateLimit-Limit': '10',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': '1700000003',
    });
    expect(() => assertWithinLimit({ ...standing, isOver: false })).not.toThrow();
    try {
      assertWithinLimit({ ...standing, isOver: true });
      expect.unreachable();
    } catch (error) {
      if (!LlamactlError.is(error, 'RATE_LIMITED')) throw error;
      expect(error.retryAfterSeconds).toBe(3);
      expect(error.message).toContain('10 intensive requests');
      expect(error.details).toContain('rate_limit.intensive');
    }
  });
});
