import { expect, test } from 'vitest';
import type { JsonSchema } from '../../generate/json-schema.mjs';
import { valueType } from '../../generate/value-type.mjs';

test.each<[text: string, schema: JsonSchema]>([
  ['string', { type: 'string' }],
  ['integer', { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 }],
  ['integer from 1 to 65535', { type: 'integer', minimum: 1, maximum: 65_535 }],
  ['integer from 0', { type: 'integer', minimum: 0, maximum: 9007199254740991 }],
  ['number or null, in percent', { type: ['number', 'null'], 'x-unit': 'percent' }],
  [
    'integer or null, in bytes',
    { anyOf: [{ type: 'integer' }, { type: 'null' }], 'x-unit': 'bytes' },
  ],
  ['`"ok"` or `"stopping"`', { type: 'string', enum: ['ok', 'stopping'] }],
  ['`"Done"`', { type: 'string', const: 'Done' }],
  ['timestamp', { type: 'string', format: 'date-time' }],
  ['list of string or number', { type: 'array', items: { type: ['string', 'number'] } }],
  [
    'list of [Thing](#thing)',
    { type: 'array', items: { type: 'object', 'x-shape': '[Thing](#thing)' } },
  ],
])('%s', (text, schema) => {
  expect(valueType(schema)).toBe(text);
});
