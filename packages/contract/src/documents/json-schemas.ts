import * as z from 'zod/mini';
import { shapeNameOf, shapes } from './shapes.js';

/** A JSON Schema, or any other object of a document. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** How schemas are said. */
export interface SchemaDialect {
  readonly target: 'draft-2020-12' | 'draft-07';
  /** `input` for what is sent to the server, `output` for what it sends. */
  readonly io: 'input' | 'output';
}

/** Where the documents keep what has a name. */
export function refTo(name: string, kind = 'schemas') {
  return { $ref: `#/components/${kind}/${name}` };
}

/** Turns schemas into JSON Schema; shapes stand in them by reference. */
export function toJsonSchemas<Key extends string>(
  schemas: Readonly<Record<Key, z.ZodMiniType>>,
  { target, io }: SchemaDialect,
): Record<Key, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [name, [schema]] of Object.entries(shapes)) registry.add(schema, { id: name });
  const own = Object.entries<z.ZodMiniType>(schemas).map(([key, schema]) => {
    const name = shapeNameOf(schema);
    if (name === undefined) registry.add(schema, { id: `${prefix}${key}` });
    return [key, name] as const;
  });
  const all = convert(registry, { target, io });
  return Object.fromEntries(
    own.map(([key, name]) => [key, name === undefined ? all[`${prefix}${key}`] : refTo(name)]),
  ) as Record<Key, JsonObject>;
}

/** The shapes themselves: requests as they are sent to the server, all others as the server sends them. */
export function shapeSchemas(target: SchemaDialect['target']): Record<string, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [name, [schema]] of Object.entries(shapes)) registry.add(schema, { id: name });
  const requests = convert(registry, { target, io: 'input' });
  const answers = convert(registry, { target, io: 'output' });
  return Object.fromEntries(
    Object.entries(shapes).map(([name, [schema, description]]) => {
      const { ...json } = isStrict(schema) ? requests[name] : answers[name];
      return [name, description === undefined ? json : { description, ...json }];
    }),
  );
}

/** Sets the schemas that were asked for apart from shapes of the same name. */
const prefix = 'own:';

type Registry = ReturnType<typeof z.registry<{ id: string }>>;

function convert(registry: Registry, { target, io }: SchemaDialect): Record<string, JsonObject> {
  const { schemas } = z.toJSONSchema(registry, {
    target,
    io,
    uri: (id) => refTo(id).$ref,
    override({ zodSchema, jsonSchema }) {
      // A newer server may send more; clients pass over what they do not know.
      if (isObject(zodSchema) && !isStrict(zodSchema)) delete jsonSchema.additionalProperties;
      // How far whole numbers of JavaScript go: larger ones are refused, and never sent.
      if (io === 'output') {
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      }
      // Keys of JSON objects are text anyway.
      if (isAnyName(jsonSchema.propertyNames)) delete jsonSchema.propertyNames;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema, $id, ...json }]) => [id, json]),
  );
}

function isObject(schema: z.core.$ZodType): schema is z.core.$ZodObject {
  return schema._zod.def.type === 'object';
}

/** Whether a schema is of a request, in which unknown fields are refused. */
function isStrict(schema: z.core.$ZodType): boolean {
  return isObject(schema) && schema._zod.def.catchall !== undefined;
}

/** Whether it says no more of the names of fields than that they are text, which they always are. */
function isAnyName(names: unknown): boolean {
  return JSON.stringify(names) === '{"type":"string"}';
}
