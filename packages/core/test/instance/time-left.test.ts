import { expect, test } from 'vitest';
import { restartTime, timeLeft } from '../../src/instance/time-left.js';
import { DueTime } from '../../src/support/due-time.js';
import { fakeClock } from '../fake-clock.js';

const now = Date.parse('2026-01-01T00:10:00.000Z');
const left = (startedAt: string, readyAt: Date | null = null, limits = {}) =>
  timeLeft(
    { run: { startedAt } as never, readyAt },
    { startupTimeoutMs: 600_000, healthIntervalMs: 30_000, hangTimeoutMs: 700_000, ...limits },
    now,
  );

test('counts from the start of the run, with two seconds at least, and never longer than a start', () => {
  expect(left('2026-01-01T00:05:00.000Z')).toBe(300_000);
  expect(left('2025-01-01T00:00:00.000Z')).toBe(2_000);
  expect(left('2026-01-01T01:00:00.000Z')).toBe(600_000);
  expect(left('2025-01-01T00:00:00.000Z', null, { startupTimeoutMs: 500 })).toBe(500);
});

test('one that was ready before may be as long without an answer as one that runs', () => {
  const ready = (limits: object) => left('2025-01-01T00:00:00.000Z', new Date(now), limits);
  expect(ready({ startupTimeoutMs: 1_000 })).toBe(700_000);
  expect(ready({ hangTimeoutMs: 0 })).toBe(600_000);
  expect(ready({ hangTimeoutMs: 1_000 })).toBe(30_000);
});

test('a restart that an earlier manager meant comes after the delay that belongs to it at the latest', () => {
  const clock = fakeClock(now);
  const inMs = (next_restart_at: string | null, crashes = 1) =>
    restartTime({ next_restart_at, crashes }, clock)?.leftMs;
  expect(inMs(null)).toBe(undefined);
  expect(inMs('2026-01-01T00:10:00.700Z')).toBe(700);
  expect(inMs('2025-01-01T00:00:00.000Z')).toBe(0);
  expect([0, 1, 2, 4, 99].map((crashes) => inMs('2026-01-02T00:00:00.000Z', crashes))).toEqual([
    1_200, 1_200, 2_400, 9_600, 60_000,
  ]);
});

test('a moment that is waited for stays as far ahead however the clock is set, and shows it', () => {
  const clock = fakeClock(now);
  const due = new DueTime(10_000, clock);
  clock.advance(4_000);
  expect(due.toISOString()).toBe('2026-01-01T00:10:10.000Z');
  clock.set(-3_600_000);
  expect(due.leftMs).toBe(6_000);
  expect(due.toISOString()).toBe('2025-12-31T23:10:10.000Z');
  clock.advance(60_000);
  expect(due.leftMs).toBe(0);
  const sooner = new DueTime(5, clock);
  expect(new DueTime(9, clock).orSooner(sooner)).toBe(sooner);
  expect(sooner.orSooner(new DueTime(9, clock))).toBe(sooner);
  expect(sooner.orSooner(null)).toBe(sooner);
});
