import fc from 'fast-check';
import { type JsonSchema, type Shapes, shapeOf } from './json-schema.js';

/** Better values for some places than those that just fit, by the name of a shape or of a field. */
export type Hints = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** What values are made from, beside the schema itself. */
export interface Sources {
  readonly shapes: Shapes;
  readonly hints?: Hints;
}

/** Longest text and list that is made; limits of schemas are reached by breaking values. */
const most = 12;

/** Values that fit a schema. */
export function arbitraryOf(schema: JsonSchema, sources: Sources): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return arbitraryOfShape(schema.$ref, sources);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) {
    return fc.oneof(...schema.anyOf.map((part) => arbitraryOf(part, sources)));
  }
  if (schema.allOf?.[0] !== undefined) return arbitraryOf(schema.allOf[0], sources);
  const types = [schema.type ?? []].flat();
  return fc.oneof(...types.map((type) => arbitraryOfType(type, schema, sources)));
}

function arbitraryOfShape(reference: string, sources: Sources): fc.Arbitrary<unknown> {
  const { name, schema } = shapeOf(reference, sources.shapes);
  return hinted(name, () => arbitraryOf(schema, sources), sources);
}

/** Mostly what the hint says, as long as there is one. */
function hinted(name: string, make: () => fc.Arbitrary<unknown>, { hints }: Sources) {
  const hint = hints?.[name];
  return hint === undefined
    ? make()
    : fc.oneof({ weight: 9, arbitrary: hint }, { weight: 1, arbitrary: make() });
}

function arbitraryOfType(type: string, schema: JsonSchema, sources: Sources) {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer(rangeOf(schema));
    case 'number':
      return fc.oneof(
        fc.double({ ...rangeOf(schema), noNaN: true, noDefaultInfinity: true }),
        fc.integer(wholeRangeOf(schema)),
      );
    case 'string':
      return text(schema);
    case 'array':
      return list(schema, sources);
    case 'object':
      return object(schema, sources);
    default:
      throw new Error(`there is no way to make a value of the type ${type}`);
  }
}

function rangeOf({ minimum = -1_000_000, maximum = 1_000_000_000 }: JsonSchema) {
  return { min: minimum, max: maximum };
}

function wholeRangeOf(schema: JsonSchema) {
  const { min, max } = rangeOf(schema);
  return { min: Math.ceil(min), max: Math.floor(max) };
}

function text({ minLength = 0, maxLength = most, pattern, format }: JsonSchema) {
  if (format === 'date-time') {
    const range = { min: new Date('1970-01-01'), max: new Date('2999-12-31'), noInvalidDate: true };
    return fc.date(range).map((date) => date.toISOString());
  }
  const made = isSelective(pattern)
    ? fc.stringMatching(new RegExp(pattern))
    : fc.string({
        unit: 'grapheme',
        minLength,
        maxLength: Math.max(minLength, Math.min(most, maxLength)),
      });
  const fits =
    pattern === undefined ? () => true : (value: string) => new RegExp(pattern).test(value);
  return made.filter((value) => {
    return value.length >= minLength && value.length <= maxLength && fits(value);
  });
}

/** Whether most texts would not match. */
function isSelective(pattern: string | undefined): pattern is string {
  return pattern !== undefined && !pattern.startsWith('^[^');
}

function list({ items, prefixItems, minItems = 0, maxItems = most }: JsonSchema, sources: Sources) {
  if (prefixItems !== undefined) {
    return fc.tuple(...prefixItems.map((item) => arbitraryOf(item, sources)));
  }
  const item = typeof items === 'object' ? arbitraryOf(items, sources) : fc.constant(null);
  return fc.array(item, { minLength: minItems, maxLength: Math.min(4, maxItems) });
}

function object(schema: JsonSchema, sources: Sources): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (typeof additionalProperties === 'object') {
    const key = fc.string({ unit: 'grapheme-ascii', maxLength: most });
    return fc.dictionary(key, arbitraryOf(additionalProperties, sources), { maxKeys: 4 });
  }
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    hinted(name, () => arbitraryOf(field, sources), sources),
  ]);
  const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(fields);
  return fc.record(model, { requiredKeys: [...required] });
}
