import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { type DataPath, nest } from './plain-data.js';
import { hideReferences, showReferences } from './substitute-variables.js';
import {
  applySplices,
  blockYaml,
  columnOf,
  endOfLine,
  endOfNode,
  inlineYaml,
  type Layout,
  layoutOf,
  type Splice,
  startOfNode,
} from './yaml-text.js';

/** A value to set in a YAML document; numbers in the path count the items of a list. */
export interface YamlEdit {
  readonly path: DataPath;
  readonly value: unknown;
}

/**
 * Sets values in the text of a YAML document. Every other character stays as it is: comments, order,
 * anchors, quotes, blank lines, `${…}`. What an alias shares with a value that changes stays what it was.
 *
 * Not every document can be edited so: whoever needs to be sure reads what came out.
 */
export function editYaml(text: string, edits: readonly YamlEdit[]): string {
  const { text: hidden, references } = hideReferences(text);
  const edited = edits.reduce((at, edit) => applySplices(at, splicesFor(at, edit)), hidden);
  return showReferences(edited, references);
}

function splicesFor(text: string, { path, value }: YamlEdit): readonly Splice[] {
  const document = parseDocument(text);
  const layout = layoutOf(text, document);
  const place = descend(document, path);
  const { node, rest } = place;
  if (rest.length === 0) return setValue(text, document, place, value, layout);
  return [
    isMap(node) ? addToMap(text, place, node, value, layout) : beginMap(text, place, value, layout),
  ];
}

/** The part of a document that is nearest to a path. */
interface Place {
  readonly node: unknown;
  /** The key that it is the value of, if any. */
  readonly key: Node | null;
  readonly isInFlow: boolean;
  /** What of the path is not there. */
  readonly rest: DataPath;
}

function descend({ contents }: Document, path: DataPath): Place {
  let place: Place = { node: contents, key: null, isInFlow: false, rest: path };
  for (const step of path) {
    const { node } = place;
    const isInFlow = place.isInFlow || ((isMap(node) || isSeq(node)) && node.flow === true);
    const rest = place.rest.slice(1);
    if (isSeq(node)) {
      place = { node: node.items[Number(step)], key: null, isInFlow, rest };
    } else {
      const pair = isMap(node) ? node.items.find(({ key }) => String(key) === step) : undefined;
      if (!pair) break;
      place = { node: pair.value, key: pair.key as Node, isInFlow, rest };
    }
  }
  return place;
}

function setValue(
  text: string,
  document: Document,
  { node, key }: Place,
  value: unknown,
  { eol }: Layout,
): Splice[] {
  if (isNothing(node)) return [afterColon(text, key, inlineYaml(value))];
  const { range } = node as Node;
  const [start = 0] = range ?? [];
  const end = withoutBreak(text, endOfNode(node as Node));
  const kept = isAlias(node) ? [] : keepForAliases(document, node as Node, text.slice(start, end));
  const isBlockList = isSeq(node) && !node.flow && Array.isArray(value) && value.length > 0;
  const fresh = isBlockList
    ? value.map((item) => `- ${inlineYaml(item)}`).join(eol + ' '.repeat(columnOf(text, start)))
    : inlineYaml(value);
  return [...kept, { start, end, text: fresh }];
}

/** Writes out the old value wherever an alias stands for it. */
function keepForAliases(document: Document, node: Node, source: string): Splice[] {
  const splices: Splice[] = [];
  visit(document, {
    Alias(_key, alias) {
      const [start, end] = alias.range ?? [];
      if (alias.resolve(document) !== node || start === undefined || end === undefined) return;
      splices.push({ start, end, text: source });
    },
  });
  return splices;
}

/** The first entry of what is not there, or is nothing or something else until now. */
function beginMap(text: string, place: Place, value: unknown, layout: Layout): Splice {
  const { node, key, isInFlow, rest } = place;
  const inline = inlineYaml(nest(rest, value));
  if (key === null) return atEnd(text, blockYaml(rest, value, 0, layout), layout);
  if (!isNothing(node)) {
    const { range } = node as Node;
    return { start: range?.[0] ?? 0, end: range?.[1] ?? 0, text: inline };
  }
  if (isInFlow) return afterColon(text, key, inline);
  const [keyStart = 0, keyEnd = 0] = key.range ?? [];
  const indent = columnOf(text, keyStart) + layout.unit;
  const at = endOfLine(text, keyEnd);
  return { start: at, end: at, text: layout.eol + blockYaml(rest, value, indent, layout) };
}

function addToMap(
  text: string,
  { key, rest }: Place,
  map: YAMLMap,
  value: unknown,
  layout: Layout,
): Splice {
  const last = map.items.at(-1);
  const inline = inlineYaml(nest(rest, value)).slice(1, -1);
  if (last === undefined) {
    const at = (map.range?.[0] ?? 0) + 1;
    return { start: at, end: at, text: ` ${inline} ` };
  }
  const end = endOfNode((last.value ?? last.key) as Node);
  if (map.flow) return { start: end, end, text: `, ${inline}` };
  const indent = columnOf(text, startOfNode(map.items[0]?.key));
  const lines = blockYaml(rest, value, indent, layout);
  // A new section goes to the very end, after comments there, unless the document ends before.
  if (key === null && !/^\.\.\./m.test(text)) return atEnd(text, lines, layout);
  // A block of text ends where the next line begins.
  if (text[end - 1] === '\n') return { start: end, end, text: lines + layout.eol };
  const at = endOfLine(text, end);
  return { start: at, end: at, text: layout.eol + lines };
}

function atEnd(text: string, lines: string, { eol }: Layout): Splice {
  const isOpen = text !== '' && !text.endsWith('\n');
  return { start: text.length, end: text.length, text: (isOpen ? eol : '') + lines + eol };
}

function afterColon(text: string, key: Node | null, inline: string): Splice {
  const at = text.indexOf(':', key?.range?.[1] ?? 0) + 1;
  return { start: at, end: at, text: ` ${inline}` };
}

/** The line break that ends a block of text belongs to the next line. */
function withoutBreak(text: string, end: number): number {
  return text.slice(0, end).replace(/\r?\n$/, '').length;
}

function isNothing(node: unknown): boolean {
  return (
    node === null ||
    node === undefined ||
    (isScalar(node) && node.source === '' && node.value === null)
  );
}
