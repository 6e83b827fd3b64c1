import { createInstanceSchema, type Issue, LlamactlError } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { parseInput } from '../../src/instance/parse-input.js';

function errorFor(input: unknown): LlamactlError {
  try {
    parseInput(createInstanceSchema, input, 'instance');
  } catch (error) {
    if (LlamactlError.is(error)) return error;
    throw error;
  }
  throw new Error('the input was taken');
}

test.each(['', '../x', 'a/b', '.hidden', 'x'.repeat(65), 'a\0b', 'ü', 7, undefined])(
  'the name %j is refused as a name',
  (name) => {
    expect(errorFor({ name, model_path: '/m' }).code).toBe('INVALID_NAME');
  },
);

test('an unknown key is told with the nearest known one', () => {
  const error = errorFor({ name: 'a', model_path: '/m', prot: 1 });
  expect(error.code).toBe('VALIDATION_FAILED');
  expect(error.issues).toEqual<Issue[]>([
    { path: 'prot', message: 'is not known; did you mean "port"?' },
  ]);
  expect(error.suggestions).toContain('port');
});

test('every wrong field is listed with its path', () => {
  const error = errorFor({ name: 'a', model_path: 5, port: 70_000, env: { A: 'x\0y' } });
  expect(error.issues?.map((issue) => issue.path)).toEqual(['model_path', 'port', 'env.A']);
});
