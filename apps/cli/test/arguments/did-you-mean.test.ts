import { expect, it } from 'vitest';
import { didYouMean } from '../../src/arguments/did-you-mean.js';

it('asks only when a name is near', () => {
  expect(didYouMean('jsn', ['json'], '--')).toBe(' Did you mean --json?');
  expect(didYouMean('frobnicate', ['ls', 'start', 'stop'])).toBe('');
});
