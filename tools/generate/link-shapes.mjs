/** @typedef {import('./json-schema.mjs').JsonSchema} JsonSchema */

/**
 * @typedef {JsonSchema & { $ref?: string, allOf?: readonly { $ref?: string }[] }} Referring
 */

const beginning = '#/components/schemas/';

/**
 * A copy of a document whose references to shapes say in `x-shape` where on a page the shape is, and what it is.
 * @template {{ components: { schemas: Readonly<Record<string, JsonSchema>> } }} T
 * @param {T} document
 * @returns {T}
 */
export function linkShapes(document) {
  return /** @type {T} */ (link(document, document.components.schemas));
}

/**
 * @param {unknown} part
 * @param {Readonly<Record<string, JsonSchema>>} shapes
 * @returns {unknown}
 */
function link(part, shapes) {
  if (Array.isArray(part)) return part.map((inner) => link(inner, shapes));
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).map(([key, inner]) => [key, link(inner, shapes)]);
  /** @type {Referring} */
  const linked = Object.fromEntries(entries);
  const reference = linked.$ref ?? linked.allOf?.[0]?.$ref;
  if (!reference?.startsWith(beginning)) return linked;
  const name = reference.slice(beginning.length);
  const { description } = { ...shapes[name], ...linked };
  return { ...linked, description, 'x-shape': `[${name}](#${name.toLowerCase()})` };
}
