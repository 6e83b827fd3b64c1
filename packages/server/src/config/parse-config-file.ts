import { soundsSecret } from '@llamactl/core';
import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigProblem } from './config-problem.js';
import { type DataPath, isRecord } from './plain-data.js';
import {
  type Environment,
  findReferences,
  hideReferences,
  substituteVariables,
  type UsedReference,
} from './substitute-variables.js';

/** A configuration file that was read. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** What a configuration file says. */
export interface ParsedFile {
  /** Its values, references replaced; `{}` when there is nothing, or nothing can be read. */
  readonly raw: object;
  readonly problems: readonly ConfigProblem[];
  /** Whether it can be read at all. */
  readonly isReadable: boolean;
  /** Values out of variables that sound secret. */
  readonly secretPaths: readonly DataPath[];
  /** Where a setting stands, as `FILE:LINE`; the file alone when that is not known. */
  placeOf(path: DataPath): string;
}

/** Reads the text of a configuration file into plain data. */
export function parseConfigFile(file: ConfigFile, environment: Environment): ParsedFile {
  const { text, references } = hideReferences(file.text);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, lineCounter });
  const place = file.path;
  const unreadable = (...messages: string[]): ParsedFile => ({
    raw: {},
    problems: messages.map((message) => ({ place, path: '', message })),
    isReadable: false,
    secretPaths: [],
    placeOf: () => place,
  });
  if (document.errors.length > 0) {
    return unreadable(...document.errors.map(({ message }) => message.split(/:?\n/)[0] ?? ''));
  }
  try {
    const written = toPlain(document);
    if (!isRecord(written)) return unreadable('it must hold a mapping of sections');
    const placeOf = (path: DataPath) => {
      const offset = offsetOf(document.contents, path);
      return offset === undefined ? place : `${place}:${lineCounter.linePos(offset).line}`;
    };
    const used = findReferences(written, references);
    substituteVariables(document, references, environment);
    return {
      raw: toPlain(document),
      problems: used.filter(isMissingIn(environment)).map(toProblem(placeOf)),
      isReadable: true,
      secretPaths: used.filter(({ variable }) => soundsSecret(variable)).map(({ path }) => path),
      placeOf,
    };
  } catch (error) {
    // Aliases that multiply beyond measure.
    return unreadable(error instanceof Error ? error.message : 'it cannot be read');
  }
}

function toPlain(document: Document): object {
  return document.contents === null ? {} : document.toJS({ maxAliasCount: 100 });
}

function isMissingIn(environment: Environment) {
  return ({ variable, hasDefault }: UsedReference) =>
    !hasDefault && environment[variable] === undefined;
}

function toProblem(placeOf: (path: DataPath) => string) {
  return ({ path, variable }: UsedReference): ConfigProblem => ({
    place: placeOf(path),
    path: path.join('.'),
    message: `needs the environment variable ${variable}, which is not set`,
  });
}

/** Where the key or item at the end of a path begins, or the last one on the way to it. */
function offsetOf(node: unknown, path: DataPath): number | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return undefined;
  if (isSeq(node)) {
    const item = node.items[Number(key)] as Node | undefined;
    return offsetOf(item, rest) ?? item?.range?.[0];
  }
  const pair = isMap(node) ? node.items.find((each) => String(each.key) === key) : undefined;
  return pair && (offsetOf(pair.value, rest) ?? (pair.key as Node).range?.[0]);
}
