import type { JsonObject } from './json-schemas.js';

type Schemas = Readonly<Record<string, JsonObject>>;

/** The shapes that schemas refer to, by themselves or through other shapes. */
export function reachableShapes(schemas: Schemas, shapes: Schemas): Record<string, JsonObject> {
  const found = new Set<string>();
  const visit = (schema: unknown) => {
    for (const name of namesIn(JSON.stringify(schema))) {
      if (found.has(name)) continue;
      found.add(name);
      visit(shapes[name]);
    }
  };
  visit(schemas);
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => found.has(name)));
}

function namesIn(json: string): string[] {
  return [...json.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => String(name));
}
