import type { Document } from 'yaml';
import { isScalar, parseDocument, Scalar, visit } from 'yaml';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Replaces `${VAR}` and `${VAR:-default}` in the values of a document. A plain value is read anew after
 * that, so that `port: ${PORT:-8080}` is a number; a quoted one stays text. Returns the names of
 * variables that are not set and have no default.
 */
export function substituteVariables(document: Document, environment: Environment): string[] {
  const missing: string[] = [];
  const lookUp = (_match: string, name: string, fallback: string | undefined): string => {
    const value = environment[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback === undefined) missing.push(name);
    return fallback ?? '';
  };
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const text = node.value.replaceAll(reference, lookUp);
      node.value = node.type === Scalar.PLAIN ? readPlain(text) : text;
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
  return simple && contents.comment == null ? contents.value : text;
}
