import type { JsonSchema } from './describe-schema.js';

const wholeNumber = /^-?(?:0|[1-9]\d*)$/;
const decimalNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Reads a query string into an object, as its schema wants the values: numbers in plain decimal form only
 * ("10", not "1e3" or ""), `true` and `false`. What does not read so stays text, for the validator to
 * refuse; a key given twice becomes a list.
 */
export function readQuery(search: URLSearchParams, schema: JsonSchema): Record<string, unknown> {
  const entries = [...new Set(search.keys())].map((key) => {
    const values = search.getAll(key);
    const property = Object.hasOwn(schema.properties ?? {}, key)
      ? schema.properties?.[key]
      : undefined;
    return [key, values.length === 1 ? readValue(values[0] ?? '', property) : values] as const;
  });
  return Object.fromEntries(entries);
}

function readValue(text: string, schema: JsonSchema | undefined): unknown {
  if (schema?.type === 'integer' && wholeNumber.test(text)) return Number(text);
  if (schema?.type === 'number' && decimalNumber.test(text)) return Number(text);
  if (schema?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
