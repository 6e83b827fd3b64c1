import { expect, it } from 'vitest';
import { retryAfterMs } from '../../src/transport/retry-after.js';

const nowMs = Date.parse('2024-01-15T10:30:00Z');

it.each([
  [null, null],
  ['0', 0],
  ['17', 17_000],
  ['Mon, 15 Jan 2024 10:30:30 GMT', 30_000],
  ['Mon, 15 Jan 2024 10:29:00 GMT', 0],
  ['soon', null],
  ['', null],
])('retryAfterMs(%j) is %j', (value, expected) => {
  expect(retryAfterMs(value, nowMs)).toBe(expected);
});
