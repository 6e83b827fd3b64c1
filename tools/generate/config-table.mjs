import * as z from 'zod/mini';
import { markdownTable } from './markdown-table.mjs';
import { valueType } from './value-type.mjs';

/**
 * Every setting as a Markdown table.
 * @param {import('./json-schema.mjs').ZodSchema} schema
 * @param {object} about
 * @param {readonly string[]} about.fileOnly settings that change in the file alone, with all in them
 * @param {(path: readonly string[]) => string} about.variableOf the environment variable of a setting
 * @returns {string}
 */
export function configTable(schema, { fileOnly, variableOf }) {
  const json = /** @type {any} */ (z.toJSONSchema(schema, { io: 'input' }));
  const rows = settingsOf(json, []).map(({ path, setting }) => {
    const name = path.join('.');
    const isFileOnly = fileOnly.some((start) => name === start || name.startsWith(`${start}.`));
    const isMapping = setting.type === 'object';
    return [
      `\`${name}\``,
      setting.default === undefined ? '' : `\`${JSON.stringify(setting.default)}\``,
      isMapping ? 'mapping' : valueType(setting),
      setting.description ?? '',
      `\`${variableOf(path)}${isMapping ? '__NAME' : ''}\``,
      isFileOnly ? 'no' : 'yes',
    ];
  });
  return markdownTable(['setting', 'default', 'type', 'what', 'variable', 'by PUT'], rows);
}

/**
 * @param {any} schema
 * @param {readonly string[]} path
 * @returns {{ path: readonly string[], setting: any }[]}
 */
function settingsOf(schema, path) {
  if (schema.properties === undefined) return [{ path, setting: schema }];
  return Object.entries(schema.properties).flatMap(([key, part]) =>
    settingsOf(part, [...path, key]),
  );
}
