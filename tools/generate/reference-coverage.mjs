import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from './markdown-table.mjs';

/**
 * @typedef {object} Section
 * @property {string} heading
 * @property {readonly { kind: string, line: string, rows: readonly string[], tests?: readonly string[] }[]} lines
 */

/** @typedef {{ id: string, unbuilt?: true }} Row */

/**
 * What the reference says, line by line, with the rows of the replay test that hold it, as a Markdown table.
 * @param {readonly Section[]} page
 * @param {readonly Row[]} rows
 * @returns {string}
 */
export function coverageTable(page, rows) {
  const unbuilt = new Set(rows.filter((row) => row.unbuilt).map((row) => row.id));
  const cells = page.flatMap(({ heading, lines }) =>
    lines.map(({ kind, line, rows: ids, tests = [] }) => [
      heading,
      `${kind} \`${line}\``,
      [...ids, ...tests].map((name) => `\`${name}\``).join(', '),
      ids.some((id) => unbuilt.has(id)) ? 'not yet' : 'yes',
    ]),
  );
  return markdownTable(['section', 'line', 'row or test', 'built'], cells);
}

/**
 * The table of this repository.
 * @param {string} root
 */
export async function referenceCoverage(root) {
  return coverageTable(await read(root, 'page.json'), await read(root, 'rows.json'));
}

/**
 * @param {string} root
 * @param {string} name
 */
async function read(root, name) {
  return JSON.parse(await readFile(join(root, 'e2e', 'reference', name), 'utf8'));
}
