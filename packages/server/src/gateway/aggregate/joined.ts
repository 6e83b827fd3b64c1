export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields that are said whole wherever they are said. */
const whole = new Set(['role', 'id', 'type']);

/** The fields so far with more of them. */
export function joined(before: Fields, more: Fields): Fields {
  const all = { ...before };
  for (const [key, value] of Object.entries(more)) {
    if (key === 'tool_calls') all[key] = withCalls(all[key], value);
    else all[key] = whole.has(key) ? value : continued(all[key], value);
  }
  return all;
}

/** Each part of a call of a tool has the place of that call with it. */
function withCalls(before: unknown, more: unknown): Fields[] {
  const calls: Fields[] = Array.isArray(before) ? [...before] : [];
  for (const part of Array.isArray(more) ? more : []) {
    const { index, ...fields } = part;
    calls[index] = joined(calls[index] ?? {}, fields);
  }
  return calls;
}

/** Texts, lists and objects go on where they ended; of anything else the last one counts. */
function continued(old: unknown, value: unknown): unknown {
  if (typeof value === 'string' && typeof old === 'string') return old + value;
  if (Array.isArray(value) && Array.isArray(old)) return [...old, ...value];
  if (isFields(value) && isFields(old)) return joined(old, value);
  return value === null && old !== undefined ? old : value;
}
