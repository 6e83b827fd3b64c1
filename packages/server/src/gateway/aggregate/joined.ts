export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields so far with more of them. */
export function joined(before: Fields, more: Fields): Fields {
  const whole = { ...before };
  for (const [key, value] of Object.entries(more)) {
    whole[key] = key === 'role' ? value : continued(whole[key], value);
  }
  return whole;
}

/** Texts and lists go on where they ended; of anything else the last one counts. */
function continued(old: unknown, value: unknown): unknown {
  if (typeof value === 'string' && typeof old === 'string') return old + value;
  if (Array.isArray(value) && Array.isArray(old)) return [...old, ...value];
  return value === null && old !== undefined ? old : value;
}
