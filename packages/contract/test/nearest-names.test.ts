import { expect, test } from 'vitest';
import { nearestNames } from '../src/nearest-names.js';

const names = ['threads', 'threads_batch', 'threads_http', 'top_k', 'top_p', 'temp', 'gpu_layers'];

test.each([
  ['thread', ['threads']],
  ['thraeds', ['threads']],
  ['gpulayers', ['gpu_layers']],
  ['GPU_LAYERS', ['gpu_layers']],
  ['top_x', ['top_k', 'top_p']],
  ['layers', ['gpu_layers']],
  ['completely_other', []],
  ['', []],
])('for %j the nearest are %j', (word, expected) => {
  expect(nearestNames(word, names).slice(0, expected.length || 3)).toEqual(expected);
});

test('no more than asked for come back, the nearest first', () => {
  expect(nearestNames('threads', names, 2)).toEqual(['threads', 'threads_batch']);
});

test('a very long word costs no time', () => {
  const begin = performance.now();
  nearestNames('x'.repeat(1_000_000), names);
  expect(performance.now() - begin).toBeLessThan(100);
});
