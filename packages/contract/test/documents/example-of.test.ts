import { expect, it } from 'vitest';
import { exampleOf } from '../../src/documents/example-of.js';

const shapes = {
  Port: { type: 'integer', examples: [8081] },
  Pair: { type: 'object', required: ['a'], properties: { a: { const: 1 }, b: { type: 'string' } } },
};

it.each([
  ['what the schema gives', { type: 'string', examples: ['a', 'b'] }, 'a'],
  [
    'null, if that is given',
    { anyOf: [{ type: 'string' }, { type: 'null' }], examples: [null] },
    null,
  ],
  ['a constant', { const: 'x' }, 'x'],
  ['a default', { type: 'integer', default: 7 }, 7],
  ['the first of an enumeration', { enum: ['b', 'a'] }, 'b'],
  ['the example of a shape', { $ref: '#/components/schemas/Port' }, 8081],
  [
    'a shape with a description beside it',
    { allOf: [{ $ref: '#/components/schemas/Port' }] },
    8081,
  ],
  ['an example that is written down for the shape', { $ref: '#/x/UpdateUser' }, { role: 'viewer' }],
  ['what is not null', { anyOf: [{ type: 'null' }, { const: 2 }] }, 2],
  ['a list of one', { type: 'array', items: { const: 1 } }, [1]],
  ['required fields, and others that have an example', { $ref: '#/x/Pair' }, { a: 1 }],
])('takes %s', (_what, schema, value) => {
  expect(exampleOf(schema, shapes)).toEqual(value);
});

it('makes generation fail where there is none, and names the field', () => {
  const schema = { type: 'object', required: ['a'], properties: { a: { type: 'string' } } };
  expect(() => exampleOf(schema, shapes)).toThrow('a needs an example');
  expect(() => exampleOf({ $ref: '#/x/Nobody' }, shapes)).toThrow('there is no shape Nobody');
});
