import { expect, test } from 'vitest';
import { timeLeft } from '../../src/instance/time-left.js';

const now = Date.parse('2026-01-01T00:10:00.000Z');
const left = (startedAt: string, readyAt: Date | null = null, startupMs = 600_000) =>
  timeLeft({ run: { startedAt } as never, readyAt }, startupMs, now);

test('counts from the start of the run, with two seconds at least, and never longer than a start', () => {
  expect(left('2026-01-01T00:05:00.000Z')).toBe(300_000);
  expect(left('2025-01-01T00:00:00.000Z')).toBe(2_000);
  expect(left('2026-01-01T01:00:00.000Z')).toBe(600_000);
  expect(left('2025-01-01T00:00:00.000Z', null, 500)).toBe(500);
});

test('one that was ready before gets 30 s to answer again', () => {
  expect(left('2025-01-01T00:00:00.000Z', new Date(now))).toBe(30_000);
  expect(left('2025-01-01T00:00:00.000Z', new Date(now), 1_000)).toBe(1_000);
});
