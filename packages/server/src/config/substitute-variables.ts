import { type Document, isScalar, parseDocument, Scalar, visit } from 'yaml';
import { type DataPath, isRecord } from './plain-data.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text whose `${…}` are hidden, and what is hidden. */
export interface HiddenReferences {
  readonly text: string;
  readonly references: readonly string[];
}

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}\n]*))?\}/g;
const placeholder = /\uE000(\d+)\uE001/g;

/** Hides `${VAR}` and `${VAR:-default}` from YAML, to which braces mean something else. */
export function hideReferences(text: string): HiddenReferences {
  const references: string[] = [];
  const hidden = text.replaceAll(reference, (match) => `\uE000${references.push(match) - 1}\uE001`);
  return { text: hidden, references };
}

/** Puts back what was hidden. */
export function showReferences(text: string, references: readonly string[]): string {
  return text.replaceAll(placeholder, (match, index) => references[Number(index)] ?? match);
}

/** Whether a text would be read as one with a reference in it, or as one that is hidden. */
export function holdsReference(text: string): boolean {
  return text.search(reference) >= 0 || text.search(placeholder) >= 0;
}

/** A reference that a value is made from. */
export interface UsedReference {
  readonly path: DataPath;
  readonly variable: string;
  readonly hasDefault: boolean;
}

/** The references in the values of plain data in which they are hidden. */
export function findReferences(
  data: unknown,
  references: readonly string[],
  path: DataPath = [],
): UsedReference[] {
  if (typeof data === 'string') {
    const found = showReferences(data, references).matchAll(reference);
    return [...found].map(([, variable = '', fallback]) => ({
      path,
      variable,
      hasDefault: fallback !== undefined,
    }));
  }
  if (!isRecord(data) && !Array.isArray(data)) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    findReferences(value, references, [...path, key]),
  );
}

/**
 * Replaces hidden references in the values of a document. A plain value is read anew after that, so that
 * `port: ${PORT:-8080}` is a number; a quoted one stays text. What has neither a value nor a default stays
 * as it is.
 */
export function substituteVariables(
  document: Document,
  references: readonly string[],
  environment: Environment,
): void {
  const lookUp = (match: string, name: string, fallback: string | undefined): string => {
    const value = environment[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    return fallback ?? match;
  };
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'string') return;
      const source = showReferences(node.value, references);
      if (source === node.value) return;
      const text = key === 'key' ? source : source.replaceAll(reference, lookUp);
      node.value = key !== 'key' && node.type === Scalar.PLAIN ? readPlain(text) : text;
    },
  });
}

/** Reads text as YAML reads a plain value; text that is more than one scalar stays text. */
function readPlain(text: string): unknown {
  const document = parseDocument(text);
  const { contents } = document;
  const simple =
    document.errors.length === 0 && isScalar(contents) && contents.type === Scalar.PLAIN;
  return simple && document.comment === null && contents.comment == null ? contents.value : text;
}
