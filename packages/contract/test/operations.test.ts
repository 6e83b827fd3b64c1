import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type Operation, operations } from '../src/index.js';

const rows = Object.entries(operations as Record<string, Operation>);

test('no two operations share method and path', () => {
  const places = rows.map(([, row]) => `${row.method} ${row.path}`);
  expect(new Set(places).size).toBe(places.length);
});

test.each(rows)('%s: path and params name the same parameters', (_id, row) => {
  const inPath = [...row.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  expect(Object.keys(row.params?.shape ?? {})).toEqual(inPath);
});

test.each(rows)('%s: no error code is listed twice', (_id, row) => {
  expect(new Set(row.errors).size).toBe(row.errors.length);
});

const schemas = rows.flatMap(([id, row]) =>
  Object.entries({
    params: row.params,
    query: row.query,
    body: row.body,
    response: row.response,
  }).flatMap(([part, schema]) => (schema ? [[`${id} ${part}`, schema] as const] : [])),
);

test.each(schemas)('%s loses nothing as JSON Schema', (_place, schema) => {
  expect(() => z.toJSONSchema(schema, { io: 'input' })).not.toThrow();
  expect(() => z.toJSONSchema(schema, { io: 'output' })).not.toThrow();
  expect(inexpressible(schema)).toEqual([]);
});

test('the check of schemas finds what JSON Schema would lose', () => {
  expect(inexpressible(z.object({ a: z.string().check(z.refine(() => true)) }))).toEqual([
    'custom',
  ]);
  expect(
    inexpressible(
      z.array(
        z.pipe(
          z.string(),
          z.transform((s) => s),
        ),
      ),
    ),
  ).toEqual(['transform']);
});

/** Kinds of a schema, anywhere inside it, that validators made from its JSON Schema would not know. */
function inexpressible(schema: unknown, seen = new Set<unknown>()): string[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  if ('_zod' in schema) {
    const { def } = (schema as z.ZodMiniType)._zod as { def: { type: string; checks?: unknown[] } };
    const checks = (def.checks ?? []) as Array<{ _zod: { def: { check: string } } }>;
    const lost = checks.map((check) => check._zod.def.check).filter((check) => check === 'custom');
    const kind = ['transform', 'date', 'custom'].includes(def.type) ? [def.type] : [];
    return [...kind, ...lost, ...inexpressible({ ...def, checks: undefined }, seen)];
  }
  return Object.values(schema).flatMap((part) => inexpressible(part, seen));
}
