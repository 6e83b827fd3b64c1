/**
 * A copy of a document in which an answer may have no field that is not documented. The document itself
 * leaves answers open, since clients of today are to live with servers of tomorrow.
 */
export function closedDocument<T>(document: T): T {
  return close(structuredClone(document)) as T;
}

function close(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  for (const inner of Object.values(part)) close(inner);
  const schema = part as { type?: unknown; properties?: unknown; additionalProperties?: unknown };
  if (schema.type === 'object' && schema.properties !== undefined) {
    schema.additionalProperties ??= false;
  }
  return part;
}
