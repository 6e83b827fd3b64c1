import { sampleInstance } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { InstanceFailedError } from '../../src/index.js';

const last_exit = {
  code: 1,
  signal: null,
  reason: 'The model file is damaged.',
  at: '2024-01-15T14:30:00Z',
  log_tail: Array.from({ length: 30 }, (_, index) => `line ${index + 1}`),
};

it('says why the instance failed and shows the last ten lines of its log', () => {
  const instance = sampleInstance({ status: 'failed', failure: 'model_corrupt', last_exit });
  const error = new InstanceFailedError(instance);
  const lines = error.message.split('\n');
  expect(lines[0]).toBe('Instance "llama2-7b" failed (model_corrupt): The model file is damaged.');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('  | line 30');
  expect(error).toMatchObject({ failure: 'model_corrupt', last_exit, instance });
});

it('says so when the instance was stopped, or never ran', () => {
  expect(new InstanceFailedError(sampleInstance()).message).toBe(
    'Instance "llama2-7b" is stopped instead of running',
  );
  const missing = sampleInstance({ status: 'failed', failure: 'model_missing' });
  expect(new InstanceFailedError(missing).message).toBe(
    'Instance "llama2-7b" failed (model_missing)',
  );
});
