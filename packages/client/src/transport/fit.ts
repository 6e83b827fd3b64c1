import { inWords } from '@llamactl/contract';
import type * as z from 'zod/mini';

/** What data is after it was held against a schema. */
export type Fit<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: z.core.$ZodError };

type Path = readonly PropertyKey[];

/**
 * Holds what a server sent against its schema. It may be of a newer version: keys that are not known are left out,
 * and a word that is none of the known ones, such as another status, is given as it is. What is missing or of another
 * type does not fit.
 */
export function fit<S extends z.ZodMiniType>(schema: S, value: unknown): Fit<z.output<S>> {
  const first = schema.safeParse(value, inWords);
  if (first.success) return first;
  const words = first.error.issues.map((issue) => newWord(issue, value));
  const known = structuredClone(value);
  for (const word of words) {
    if (word === null) return first;
    put(known, word.path, word.instead);
  }
  const again = schema.safeParse(known, inWords);
  if (!again.success) return first;
  for (const word of words) if (word !== null) put(again.data, word.path, word.said);
  return again;
}

/** What stands where one of several words should, and one of these; null when something else is wrong. */
function newWord(issue: z.core.$ZodIssue, value: unknown) {
  if (issue.code !== 'invalid_value') return null;
  const said = at(value, issue.path);
  return typeof said === 'string' ? { path: issue.path, said, instead: issue.values[0] } : null;
}

/** What stands at a path; undefined where there is nothing. */
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isHolder(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

function put(value: unknown, path: Path, by: unknown): void {
  const holder = at(value, path.slice(0, -1));
  const key = path.at(-1);
  if (isHolder(holder) && key !== undefined) holder[key] = by;
}

function isHolder(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
