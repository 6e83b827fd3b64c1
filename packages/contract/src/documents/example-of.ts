import { examples } from './examples.js';
import type { JsonObject } from './json-schemas.js';
import type { ShapeName } from './shapes.js';

/**
 * A value that fits a schema: the example that the schema or the shape brings along, else one made of its
 * parts. What may be left out is there only if it has an example.
 * @param shapes - The JSON Schemas of the shapes that it refers to.
 */
export function exampleOf(schema: JsonObject, shapes: Readonly<Record<string, JsonObject>>) {
  return make(schema, shapes, '');
}

type Shapes = Readonly<Record<string, JsonObject>>;

function make(schema: JsonObject, shapes: Shapes, path: string): unknown {
  const given = givenExample(schema);
  if (given !== undefined) return given;
  const [reference] = [schema, ...listOf(schema.allOf)].flatMap(({ $ref }) => $ref ?? []);
  if (reference !== undefined) return exampleOfShape(String(reference), shapes, path);
  if (schema.anyOf !== undefined) return makeOneOf(listOf(schema.anyOf), shapes, path);
  return makeOfType(schema, shapes, path);
}

function givenExample(schema: JsonObject): unknown {
  const candidates = [schema.examples, [schema.const], [schema.default], schema.enum];
  return candidates
    .flatMap((list) => (Array.isArray(list) ? list.slice(0, 1) : []))
    .find((value) => value !== undefined);
}

function exampleOfShape(reference: string, shapes: Shapes, path: string): unknown {
  const name = reference.split('/').at(-1) ?? '';
  const known = examples[name as ShapeName];
  if (known !== undefined) return known;
  const schema = shapes[name];
  if (schema === undefined) throw new Error(`there is no shape ${name}, which ${path} refers to`);
  return make(schema, shapes, path === '' ? name : path);
}

function makeOneOf(alternatives: readonly JsonObject[], shapes: Shapes, path: string): unknown {
  const first = alternatives.find(({ type }) => type !== 'null');
  return first === undefined ? null : make(first, shapes, path);
}

function makeOfType(schema: JsonObject, shapes: Shapes, path: string): unknown {
  switch ([schema.type].flat()[0]) {
    case 'object':
      return makeObject(schema, shapes, path);
    case 'array':
      return [make(schema.items as JsonObject, shapes, `${path}[]`)];
    case 'boolean':
      return false;
    default:
      throw new Error(`${path} needs an example: give its schema one in its metadata`);
  }
}

function makeObject(schema: JsonObject, shapes: Shapes, path: string): unknown {
  const required = new Set(listOf(schema.required));
  const fields = Object.entries((schema.properties ?? {}) as Record<string, JsonObject>);
  const wanted = fields.filter(([name, field]) => {
    return required.has(name as never) || givenExample(field) !== undefined;
  });
  return Object.fromEntries(
    wanted.map(([name, field]) => [
      name,
      make(field, shapes, path === '' ? name : `${path}.${name}`),
    ]),
  );
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value : [];
}
