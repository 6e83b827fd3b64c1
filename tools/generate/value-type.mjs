/** @typedef {import('./json-schema.mjs').JsonSchema} JsonSchema */

/**
 * The type of a value in a few words, as in "integer from 1 to 65535, in seconds".
 * @param {JsonSchema} schema
 * @returns {string}
 */
export function valueType(schema) {
  const unit = schema['x-unit'];
  if (unit === undefined) return plainType(schema);
  return `${plainType(schema)}, ${unit.startsWith('per ') ? unit : `in ${unit}`}`;
}

/** @param {JsonSchema} schema */
function plainType(schema) {
  if (schema['x-shape'] !== undefined) return schema['x-shape'];
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return oneOf(schema.enum.map(code));
  if (schema.anyOf) return oneOf(schema.anyOf.map(valueType));
  if (schema.prefixItems) return listOf(schema.prefixItems);
  if (schema.type === 'array') return schema.items ? `list of ${valueType(schema.items)}` : 'list';
  if (schema.format === 'date-time') return 'timestamp';
  return `${oneOf([schema.type ?? 'any'].flat())}${range(schema)}`;
}

/** @param {readonly JsonSchema[]} items */
function listOf(items) {
  return `list of ${items.length}, each ${oneOf(items.map(valueType))}`;
}

/** @param {readonly string[]} texts */
function oneOf(texts) {
  const distinct = [...new Set(texts)];
  const last = distinct.pop() ?? 'any';
  return distinct.length === 0 ? last : `${distinct.join(', ')} or ${last}`;
}

/** @param {JsonSchema} schema */
function range({ minimum, maximum }) {
  const from = chosen(minimum);
  const to = chosen(maximum);
  return `${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}`;
}

/**
 * A bound that was set, and is not just how far whole numbers go.
 * @param {number | undefined} bound
 */
function chosen(bound) {
  return Math.abs(bound ?? Number.POSITIVE_INFINITY) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}

/** @param {unknown} value */
function code(value) {
  return `\`${JSON.stringify(value)}\``;
}
