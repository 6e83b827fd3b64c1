import { type Document, isMap, isPair, isSeq, type Node, stringify } from 'yaml';

/** A stretch of text, and what to put in its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replaces stretches that do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((a, b) => b.start - a.start)
    .reduce((at, { start, end, text: fresh }) => at.slice(0, start) + fresh + at.slice(end), text);
}

/** A value as it stands in the middle of a line, also of a flow collection. */
export function inlineYaml(value: unknown): string {
  const json = JSON.stringify(value);
  // JSON is YAML too; written plainly, text of several lines would need several.
  if (json.includes('\\n')) return json;
  const list = stringify([value], {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
  });
  return list.trim().slice(1, -1);
}

/** How a text is laid out. */
export interface Layout {
  /** Spaces for each level. */
  readonly unit: number;
  readonly eol: string;
}

/** Nested mappings with one value in them, one line for each, without a line break at the end. */
export function blockYaml(
  path: readonly string[],
  value: unknown,
  indent: number,
  { unit, eol }: Layout,
): string {
  const lines = path.map((key, depth) => `${' '.repeat(indent + depth * unit)}${inlineYaml(key)}:`);
  return `${lines.join(eol)} ${inlineYaml(value)}`;
}

/** Spaces before what stands at an offset. */
export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** Where the line that an offset is in ends, before its line break. */
export function endOfLine(text: string, offset: number): number {
  const found = text.slice(offset).search(/\r?\n/);
  return found < 0 ? text.length : offset + found;
}

/** How the sections of a document are laid out; two spaces where nothing tells. */
export function layoutOf(text: string, { contents }: Document): Layout {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const sections = isMap(contents) && !contents.flow ? contents.items : [];
  for (const { key, value } of sections) {
    if (!isMap(value) || value.flow) continue;
    const outer = columnOf(text, startOfNode(key));
    const inner = columnOf(text, startOfNode(value.items[0]?.key));
    if (inner > outer) return { unit: inner - outer, eol };
  }
  return { unit: 2, eol };
}

/** Where a value ends, without the comments behind it. */
export function endOfNode(node: Node): number {
  const last = (isMap(node) || isSeq(node)) && !node.flow ? node.items.at(-1) : undefined;
  if (isPair(last)) return endOfNode((last.value ?? last.key) as Node);
  return last === undefined ? (node.range?.[1] ?? 0) : endOfNode(last as Node);
}

/** Where a value begins. */
export function startOfNode(node: unknown): number {
  return (node as Node | undefined)?.range?.[0] ?? 0;
}
