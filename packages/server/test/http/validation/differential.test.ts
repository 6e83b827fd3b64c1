import { type Operation, operations } from '@llamactl/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileValidators } from '../../../src/http/validation/validators.js';
import { arbitraryOf } from '../../fuzz/arbitrary-of.js';
import { brokenOf } from '../../fuzz/broken-of.js';
import { document, documentedOperations, shapes } from '../../fuzz/document-operations.js';
import { fuzzSeed } from '../../fuzz/fuzz-settings.js';
import type { JsonSchema } from '../../fuzz/json-schema.js';

const validators = compileValidators();
const ajv = new Ajv2020({ strict: false, logger: false });
formats.default.default(ajv);

/** Every part of a request that has a schema: what zod, the server and the document say of a value. */
const parts = documentedOperations.flatMap(({ id, ...documented }) => {
  const operation: Operation | undefined = operations[id as keyof typeof operations];
  return (['params', 'query', 'body'] as const).flatMap((part) => {
    const schema = documented[part];
    const zod = operation?.[part];
    const served = validators[id as keyof typeof operations]?.[part];
    if (schema === undefined || zod === undefined || served === undefined) return [];
    const says = {
      zod: (value: unknown) => zod.safeParse(value).success,
      server: (value: unknown) => served(value) === true,
      document: compile(schema),
    };
    return [[`${part} of ${id}`, schema, says] as const];
  });
});

function compile(schema: JsonSchema): (value: unknown) => boolean {
  const check = ajv.compile({ ...schema, components: document.components });
  return (value) => check(value) === true;
}

describe('what zod, the validators of the server and the document say is the same', () => {
  it.each(parts)('of %s', (_place, schema, says) => {
    const right = arbitraryOf(schema, { shapes });
    const verdicts = { right: 0, wrong: 0 };
    const sample = fc.oneof(right, brokenOf(right), brokenOf(right), fc.jsonValue());
    fc.assert(
      fc.property(sample, (made) => {
        // As it comes over the wire: -0 is 0 there, and nothing is undefined.
        const json = JSON.stringify(made);
        // Refused before, while the body is read.
        fc.pre(!json.includes('"__proto__"'));
        const value: unknown = JSON.parse(json);
        const zod = says.zod(value);
        verdicts[zod ? 'right' : 'wrong'] += 1;
        expect({ server: says.server(value), document: says.document(value) }).toEqual({
          server: zod,
          document: zod,
        });
      }),
      { seed: fuzzSeed, numRuns: 300 },
    );
    // Samples of one kind alone would show nothing.
    expect(verdicts.right).toBeGreaterThan(20);
    expect(verdicts.wrong).toBeGreaterThan(20);
  });
});
