import { expect, test } from 'vitest';
import { timeLeft } from '../../src/instance/time-left.js';

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
