/** Sets a value in nested plain data, making levels as needed; what is in the way is replaced. */
export function setAt(target: object, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  const record = target as Record<string, unknown>;
  const current = Object.hasOwn(record, key) ? record[key] : undefined;
  const isObject = typeof current === 'object' && current !== null && !Array.isArray(current);
  const next: object = isObject ? current : {};
  if (rest.length > 0) setAt(next, rest, value);
  // Not an assignment: that would change the prototype for the key `__proto__`.
  const descriptor = { configurable: true, enumerable: true, writable: true };
  Object.defineProperty(record, key, { ...descriptor, value: rest.length > 0 ? next : value });
}
