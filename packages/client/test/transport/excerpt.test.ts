import { expect, it } from 'vitest';
import { excerpt } from '../../src/transport/excerpt.js';

it('excerpt gives the beginning on one line without control characters', () => {
  expect(excerpt(' a\n\tb\u001b[31mc\0')).toBe(': a b [31mc');
  expect(excerpt('\n')).toBe(': the answer is empty.');
  expect(excerpt('x'.repeat(1000))).toBe(`: ${'x'.repeat(200)}…`);
});
