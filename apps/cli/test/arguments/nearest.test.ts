import { expect, it } from 'vitest';
import { didYouMean, nearest } from '../../src/arguments/nearest.js';

const names = ['ls', 'start', 'stop', 'restart', 'logs'];

it.each([
  ['strat', ['start']],
  ['STOP', ['stop']],
  ['stat', ['start', 'stop']],
  ['frobnicate', []],
  ['', []],
])('nearest to %j is %j', (given, expected) => {
  expect(nearest(given, names)).toEqual(expected);
});

it('didYouMean asks only when a name is near', () => {
  expect(didYouMean('jsn', ['json'], '--')).toBe(' Did you mean --json?');
  expect(didYouMean('frobnicate', names)).toBe('');
});
