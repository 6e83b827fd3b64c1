import { expect, it } from 'vitest';
import { formatBytes, formatSeconds } from '../../src/print/quantity.js';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [4_294_967_296, '4.0 GiB'],
  [2 ** 51, '2048.0 TiB'],
])('formatBytes(%d) is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [307, '5 min 7 s'],
  [3600, '1 h 0 min'],
  [183_600, '2 d 3 h'],
])('formatSeconds(%d) is %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
