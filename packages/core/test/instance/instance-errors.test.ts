import { expect, test } from 'vitest';
import { instanceNotFound } from '../../src/instance/instance-errors.js';

test('a name that no instance has is told, but not at any length', () => {
  expect(instanceNotFound('llama').message).toContain('"llama"');
  expect(instanceNotFound('x'.repeat(900_000)).message.length).toBeLessThan(200);
});
