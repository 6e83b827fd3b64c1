import type { JsonObject } from './json-schemas.js';

/**
 * Paths of all fields that nothing is said about, as in `Instance.port`. A field is described by itself or
 * by the shape that it is.
 * @param schemas - By their names; shapes among them.
 */
export function undescribedFields(schemas: Readonly<Record<string, JsonObject>>): string[] {
  return Object.entries(schemas).flatMap(([name, schema]) => fieldsOf(schema, name));
}

/** @throws Error that names all fields without a description */
export function assertDescribed(schemas: Readonly<Record<string, JsonObject>>): void {
  const missing = undescribedFields(schemas);
  if (missing.length === 0) return;
  throw new Error(`describe these fields in the metadata of their schemas: ${missing.join(', ')}`);
}

function fieldsOf(schema: JsonObject, path: string): string[] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonObject>);
  return [
    ...properties.flatMap(([name, field]) => [
      ...(isDescribed(field) ? [] : [`${path}.${name}`]),
      ...fieldsOf(field, `${path}.${name}`),
    ]),
    ...partsOf(schema).flatMap((part) => fieldsOf(part, path)),
  ];
}

function isDescribed({ description, $ref }: JsonObject): boolean {
  return (typeof description === 'string' && description !== '') || $ref !== undefined;
}

/** Schemas within one, other than its fields. */
function partsOf({ items, additionalProperties, anyOf, allOf, prefixItems }: JsonObject) {
  return [items, additionalProperties, anyOf, allOf, prefixItems].flat().filter(isSchema);
}

function isSchema(part: unknown): part is JsonObject {
  return typeof part === 'object' && part !== null;
}
