import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';

/** Holds values against schemas that stand in a document. */
export interface DocumentChecker {
  /** What is wrong with a value, by the schema at a JSON pointer such as `#/components/schemas/Port`. */
  problems(pointer: string, value: unknown): string[];
}

/** Any part of a document. */
// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect in it
export type Part = any;

/** Compiles schemas of a document as they are asked for. OpenAPI 3.1 speaks another dialect than AsyncAPI 3.0. */
export function documentChecker(document: Part): DocumentChecker {
  const settings = { strict: false, allErrors: true, logger: false } as const;
  const ajv = document.openapi === undefined ? new Ajv(settings) : new Ajv2020(settings);
  formats.default.default(ajv);
  ajv.addSchema(document, 'document');
  return {
    problems(pointer, value) {
      const check = ajv.getSchema(`document${pointer}`);
      if (check === undefined) throw new Error(`there is no schema at ${pointer}`);
      if (check(value)) return [];
      return (check.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
    },
  };
}

/** A JSON pointer to a part of a document, by the keys that lead there. */
export function pointerTo(...keys: readonly (string | number)[]): string {
  const escaped = keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#/${escaped.map(encodeURIComponent).join('/')}`;
}

/** The part of a document that a reference leads to; anything else is what it is. */
export function resolve(document: Part, part: Part): Part {
  if (typeof part?.$ref !== 'string') return part;
  const keys = part.$ref.slice(2).split('/');
  return keys.reduce((at: Part, key: string) => at[key], document);
}
