import { expect, test } from 'vitest';
import { shortened } from '../../src/support/shortened.js';

test('a text that is too long is cut, and shows that it was', () => {
  expect(shortened('a'.repeat(80))).toBe('a'.repeat(80));
  expect(shortened('a'.repeat(900_000))).toBe(`${'a'.repeat(79)}…`);
  expect(shortened('abcdef', 4)).toBe('abc…');
});

test('no half of a character is left at the cut', () => {
  expect(shortened('ab😀cd', 4)).toBe('ab…');
});
