import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { assertDescribed, undescribedFields } from '../../src/documents/undescribed-fields.js';

const said = z.string().check(z.meta({ description: 'Said.' }));

function undescribed(schema: z.ZodMiniType) {
  return undescribedFields({ A: z.toJSONSchema(schema) as Record<string, unknown> });
}

it.each([
  ['a field', z.object({ a: said, b: z.string() }), ['A.b']],
  ['an empty description', z.object({ a: z.string().check(z.meta({ description: '' })) }), ['A.a']],
  ['a field of a field', z.object({ a: z.object({ b: z.int() }) }), ['A.a', 'A.a.b']],
  ['an item', z.array(z.object({ a: z.int(), b: said })), ['A.a']],
  ['an alternative', z.union([z.null(), z.object({ a: z.int() })]), ['A.a']],
  ['a value of a record', z.record(z.string(), z.object({ a: z.int() })), ['A.a']],
  ['a member of a tuple', z.tuple([z.object({ a: z.int() })]), ['A.a']],
])('finds %s that nothing is said about', (_what, schema, paths) => {
  expect(undescribed(schema)).toEqual(paths);
});

it('is content with fields that say something, or that are shapes', () => {
  expect(undescribed(z.object({ a: said }))).toEqual([]);
  expect(
    undescribedFields({ A: { properties: { b: { $ref: '#/components/schemas/B' } } } }),
  ).toEqual([]);
});

it('makes generation fail, and names the fields', () => {
  expect(() => assertDescribed({ A: { properties: { b: {} } } })).toThrow('A.b');
});
