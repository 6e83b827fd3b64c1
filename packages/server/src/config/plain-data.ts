/** A path into nested plain data. */
export type DataPath = readonly string[];

/** Whether a value is a mapping, and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lays data over other data: mappings key by key, anything else in place of what was there. A mapping that
 * was left empty (`null` in YAML) takes nothing away.
 */
export function layOver(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(base)) return over;
  if (over === null) return base;
  if (!isRecord(over)) return over;
  // From entries, so that `__proto__` is a key like any other.
  const laid = Object.entries(over).map(([key, value]): [string, unknown] => [
    key,
    Object.hasOwn(base, key) ? layOver(base[key], value) : value,
  ]);
  return Object.fromEntries([...Object.entries(base), ...laid]);
}

/** Data that has nothing but a value at a path. */
export function nest(path: DataPath, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

/** The value at a path; `undefined` when there is none. */
export function valueAt(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined,
    data,
  );
}

/** A value that is no mapping with something in it, and where it stands. */
export interface Leaf {
  readonly path: DataPath;
  readonly value: unknown;
}

/** Everything that is set in nested mappings; a list is one value, as is an empty mapping. */
export function leavesOf(data: unknown, path: DataPath = []): Leaf[] {
  if (!isRecord(data) || (path.length > 0 && Object.keys(data).length === 0)) {
    return [{ path, value: data }];
  }
  return Object.entries(data).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

/** Whether a path is `start`, or leads into it. */
export function isWithin(path: DataPath, start: DataPath): boolean {
  return start.every((key, index) => path[index] === key);
}
