import { type Document, isScalar, parseDocument, Scalar, visit } from 'yaml';

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

/**
 * Replaces hidden references in the values of a document. A plain value is read anew after that, so that
 * `port: ${PORT:-8080}` is a number; a quoted one stays text. Returns the names of variables that are not
 * set and have no default.
 */
export function substituteVariables(
  document: Document,
  references: readonly string[],
  environment: Environment,
): string[] {
  const missing: string[] = [];
  const original = (match: string, index: string) => references[Number(index)] ?? match;
  const lookUp = (match: string, name: string, fallback: string | undefined): string => {
    const value = environment[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback === undefined) missing.push(name);
    return fallback ?? match;
  };
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'string') return;
      const source = node.value.replaceAll(placeholder, original);
      if (source === node.value) return;
      const text = key === 'key' ? source : source.replaceAll(reference, lookUp);
      node.value = key !== 'key' && node.type === Scalar.PLAIN ? readPlain(text) : text;
    },
  });
  return missing;
}

/** Reads text as YAML reads a plain value; text that is more than one scalar stays text. */
function readPlain(text: string): unknown {
  const document = parseDocument(text);
  const { contents } = document;
  const simple =
    document.errors.length === 0 && isScalar(contents) && contents.type === Scalar.PLAIN;
  return simple && document.comment === null && contents.comment == null ? contents.value : text;
}
