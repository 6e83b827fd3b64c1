import { markdownTable } from './markdown-table.mjs';
import { valueType } from './value-type.mjs';

/** @typedef {import('./json-schema.mjs').JsonSchema} JsonSchema */

/**
 * The fields of an object as a Markdown table; those of objects in it by their path, as in `checks.port`.
 * @param {JsonSchema} schema
 * @param {{ requests?: boolean }} [options] `requests`: whether to tell what may be left out.
 * @returns {string}
 */
export function fieldTable(schema, { requests = false } = {}) {
  const rows = fieldsOf(schema, '').map(({ path, field, required }) => [
    `\`${path}\``,
    valueType(field),
    [requests && required ? 'Required.' : '', descriptionOf(field)].filter(Boolean).join(' '),
  ]);
  return markdownTable(['field', 'type', 'what'], rows);
}

/**
 * @param {JsonSchema} schema
 * @param {string} prefix
 * @returns {{ path: string, field: JsonSchema, required: boolean }[]}
 */
function fieldsOf({ properties = {}, required = [] }, prefix) {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = field.items ?? field;
    const nested = inner.properties !== undefined && inner['x-shape'] === undefined;
    if (nested) return fieldsOf(inner, `${path}${field.items ? '[]' : ''}.`);
    return [{ path, field, required: required.includes(name) }];
  });
}

/** @param {JsonSchema} field */
function descriptionOf(field) {
  const inner = field.anyOf?.find((part) => part.type !== 'null');
  return field.description ?? inner?.description ?? '';
}
