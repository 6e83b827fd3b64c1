import * as z from 'zod/mini';

/** A value that comes out of the environment when the file is read, as in `${PORT:-8080}`. */
const reference = {
  description: 'A reference to an environment variable.',
  type: 'string',
  pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}\\n]*)?\\}',
};

/**
 * The JSON Schema that editors check `llamactl.yaml` with. It takes what the server takes: a reference in
 * place of any value, and a section of which all is commented out.
 * @param {import('./json-schema.mjs').ZodSchema} schema
 * @returns {string} JSON
 */
export function configSchema(schema) {
  // The draft that editors know best.
  const { $schema, ...root } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const title = 'The configuration of Llamactl: llamactl.yaml';
  const whole = { $schema, title, ...relaxed(root), definitions: { reference } };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/**
 * @param {any} schema a part of a JSON Schema
 * @returns {object}
 */
function relaxed({ 'x-unit': unit, examples, ...schema }) {
  const part = unit === undefined ? schema : { ...schema, description: withUnit(schema, unit) };
  if (part.properties) {
    const properties = mapValues(part.properties, relaxed);
    return { ...part, type: ['object', 'null'], properties };
  }
  if (part.type === 'object') return { ...part, type: ['object', 'null'] };
  if (part.type === 'array') {
    const items = Array.isArray(part.items) ? part.items.map(relaxed) : relaxed(part.items);
    return { ...part, items };
  }
  return isFreeText(part) ? part : orReference(part);
}

/**
 * @param {{ description: string }} schema
 * @param {string} unit
 */
function withUnit({ description }, unit) {
  return `${description.replace(/\.$/, '')}, ${unit.startsWith('per ') ? unit : `in ${unit}`}.`;
}

/**
 * Text of any kind holds a reference as it is.
 * @param {any} schema
 */
function isFreeText({ type, pattern = '^[^\\0]*$', enum: values }) {
  return type === 'string' && pattern === '^[^\\0]*$' && values === undefined;
}

/** @param {any} schema */
function orReference({ description, default: fallback, ...schema }) {
  return {
    ...(description && { description }),
    ...(fallback !== undefined && { default: fallback }),
    anyOf: [schema, { $ref: '#/definitions/reference' }],
  };
}

/**
 * @template T, U
 * @param {Record<string, T>} record
 * @param {(value: T) => U} change
 */
function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
