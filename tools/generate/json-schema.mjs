import * as z from 'zod/mini';

/**
 * The part of a JSON Schema that the contract uses. `x-shape` is the link to a shape that has a section of its own.
 * @typedef {object} JsonSchema
 * @property {string | readonly string[]} [type]
 * @property {unknown} [const]
 * @property {readonly unknown[]} [enum]
 * @property {readonly JsonSchema[]} [anyOf]
 * @property {string} [format]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {string} [description]
 * @property {JsonSchema} [items]
 * @property {readonly JsonSchema[]} [prefixItems]
 * @property {Readonly<Record<string, JsonSchema>>} [properties]
 * @property {readonly string[]} [required]
 * @property {string} [x-unit]
 * @property {string} [x-shape]
 */

/** @typedef {import('@llamactl/contract').Operation['response']} ZodSchema */

/**
 * Links to the sections of shapes, by their schemas.
 * @typedef {ReadonlyMap<object, string>} Shapes
 */

/**
 * The JSON Schema of a zod schema, with `x-shape` where a shape stands in it. The schema itself is written out.
 * @param {ZodSchema} schema
 * @param {Shapes} shapes
 * @returns {JsonSchema}
 */
export function jsonSchema(schema, shapes) {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    override({ zodSchema, jsonSchema: part }) {
      /** @type {object} */
      const node = zodSchema;
      const link = shapes.get(node);
      if (link !== undefined && node !== schema) part['x-shape'] = link;
    },
  });
  return /** @type {JsonSchema} */ (json);
}
