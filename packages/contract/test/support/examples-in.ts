import { type Part, resolve } from './document-checker.js';

/** An example in a document. */
export interface FoundExample {
  /** Where it stands, by the keys that lead there. */
  readonly at: readonly (string | number)[];
  /** Where the schema stands that it must fit. */
  readonly schema: readonly (string | number)[];
  readonly value: unknown;
}

/** Every example of a document: those of schemas, and those that stand beside a schema. */
export function* examplesIn(document: Part): Generator<FoundExample> {
  yield* walk(document, document, []);
}

function* walk(
  document: Part,
  part: Part,
  at: readonly (string | number)[],
): Generator<FoundExample> {
  if (typeof part !== 'object' || part === null) return;
  const schema = part.schema === undefined ? at : [...at, 'schema'];
  if (part.example !== undefined) yield { at: [...at, 'example'], schema, value: part.example };
  if (Array.isArray(part.examples)) {
    for (const [n, value] of part.examples.entries())
      yield { at: [...at, 'examples', n], schema, value };
  } else if (part.schema !== undefined) {
    for (const [name, example] of Object.entries<Part>(part.examples ?? {})) {
      yield { at: [...at, 'examples', name], schema, value: resolve(document, example).value };
    }
  }
  for (const [key, inner] of Object.entries<Part>(part)) {
    // What is in an example is no part of the document.
    if (key === 'example' || key === 'examples' || key === 'default') continue;
    yield* walk(document, inner, [...at, key]);
  }
}
