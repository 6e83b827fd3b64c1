import { fieldTable } from './field-table.mjs';
import { jsonSchema } from './json-schema.mjs';

/**
 * The data of a message of the WebSocket, as a Markdown table.
 * @param {import('./json-schema.mjs').ZodSchema} message
 * @param {import('./json-schema.mjs').Shapes} shapes
 * @returns {string}
 */
export function messageSection(message, shapes) {
  const data = jsonSchema(message, shapes).properties?.data ?? {};
  return data['x-shape'] === undefined
    ? fieldTable({ properties: prefixed(data.properties ?? {}) })
    : `\`data\` is ${data['x-shape']}.`;
}

/** @param {Readonly<Record<string, import('./json-schema.mjs').JsonSchema>>} properties */
function prefixed(properties) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [`data.${name}`, field]),
  );
}
