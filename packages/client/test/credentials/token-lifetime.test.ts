import { describe, expect, it } from 'vitest';
import { isDue, lifetimeOfKept, lifetimeOfReceived } from '../../src/credentials/token-lifetime.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const nowMs = Date.parse('2024-01-15T14:30:00Z');
const at = (ms: number) => new Date(ms).toISOString();

describe('isDue', () => {
  it.each([
    ['a day', dayMs, 0.21 * dayMs, false],
    ['a day', dayMs, 0.2 * dayMs, true],
    ['an hour', 60 * minuteMs, 12.1 * minuteMs, false],
    ['an hour', 60 * minuteMs, 12 * minuteMs, true],
    ['ten minutes', 10 * minuteMs, 5.1 * minuteMs, false],
    ['ten minutes', 10 * minuteMs, 5 * minuteMs, true],
    ['a minute', minuteMs, 31_000, false],
    ['a minute', minuteMs, 30_000, true],
    ['a minute', minuteMs, -1, true],
    ['an unknown time', null, 5.1 * minuteMs, false],
    ['an unknown time', null, 5 * minuteMs, true],
    ['an unknown time', null, -dayMs, true],
  ])('a token of %s (%d ms) with %d ms left: %s', (_, lastsMs, leftMs, expected) => {
    expect(isDue({ endsMs: nowMs + leftMs, lastsMs }, nowMs)).toBe(expected);
  });
});

describe('the lifetime of a token that was received', () => {
  it.each([
    ['agrees', 0],
    ['is five hours behind', -5 * 60 * minuteMs],
    ['is five hours ahead', 5 * 60 * minuteMs],
  ])('is the same when the clock of the server %s', (_, aheadMs) => {
    const serverMs = nowMs + aheadMs;
    const session = { token: 't', expires_at: at(serverMs + dayMs) };
    expect(lifetimeOfReceived(session, serverMs, nowMs)).toEqual({
      endsMs: nowMs + dayMs,
      lastsMs: dayMs,
    });
  });

  it('goes by the clock of this machine when the answer did not say', () => {
    const session = { token: 't', expires_at: at(nowMs + dayMs) };
    expect(lifetimeOfReceived(session, null, nowMs).lastsMs).toBe(dayMs);
  });
});

describe('the lifetime of a token that was kept', () => {
  it('is known when it says since when', () => {
    const session = { token: 't', expires_at: at(nowMs), received_at: at(nowMs - dayMs) };
    expect(lifetimeOfKept(session)).toEqual({ endsMs: nowMs, lastsMs: dayMs });
    expect(lifetimeOfKept({ token: 't', expires_at: at(nowMs) }).lastsMs).toBeNull();
  });
});
