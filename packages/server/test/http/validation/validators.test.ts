import { type Operation, type OperationId, operations } from '@llamactl/contract';
import { describe, expect, it } from 'vitest';
import { compileValidators, type RequestPart } from '../../../src/http/validation/validators.js';

const validators = compileValidators();
const parts: readonly RequestPart[] = ['params', 'query', 'body'];

/** Values from plain to nasty, for any place. `__proto__` as a key is refused before, while reading. */
const values: unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  0.5,
  3600,
  3600.1,
  65_535,
  65_536,
  8081,
  10_000,
  10_001,
  2 ** 53,
  -(2 ** 53),
  Number.POSITIVE_INFINITY,
  Number.NaN,
  '',
  'a',
  '8081',
  'llama-cpp',
  'debug',
  'info',
  'verbose',
  '.',
  '..',
  'a/b',
  'a b',
  'A.b_c-1',
  'x\n',
  'x\0y',
  'é',
  'a'.repeat(64),
  'a'.repeat(65),
  'a'.repeat(4096),
  'a'.repeat(4097),
  '😀'.repeat(2049),
  '😀'.repeat(4096),
  '😀'.repeat(4097),
  '😀'.repeat(32),
  [],
  ['a'],
  ['a', 1],
  ['a\0'],
  [[]],
  [null],
  [true],
  Array(256).fill('a'),
  Array(257).fill('a'),
  {},
  { a: 1 },
  { a: 'b' },
  { a: null },
  { a: [1, 'b'] },
  { a: { b: 1 } },
  { a: 'b\0' },
  { '': 1 },
]; // prettier-ignore

describe('compileValidators', () => {
  for (const id of Object.keys(operations) as OperationId[]) {
    const operation: Operation = operations[id];
    for (const part of parts) {
      const schema = operation[part];
      if (!schema) continue;
      it(`says of ${part} of ${id} what zod says`, () => {
        for (const sample of samples(Object.keys(schema.shape))) {
          const verdict = validators[id][part]?.(sample);
          const shown = JSON.stringify(sample)?.slice(0, 200);
          expect({ shown, verdict }).toEqual({ shown, verdict: schema.safeParse(sample).success });
        }
      });
    }
  }
});

/** Each value at each field of an object that is right otherwise, alone, and as the whole. */
function* samples(fields: readonly string[]): Generator<unknown> {
  yield* values;
  const right: Record<string, unknown> = { name: 'a', model_path: '/m.gguf' };
  const base = Object.fromEntries(Object.entries(right).filter(([key]) => fields.includes(key)));
  yield base;
  yield { ...base, unknown_field: 1 };
  for (const field of fields) {
    for (const value of values) {
      yield { [field]: value };
      yield { ...base, [field]: value };
    }
  }
}
