import { markdownTable } from './markdown-table.mjs';

/**
 * The error catalogue as a Markdown table.
 * @param {Readonly<Record<string, readonly [status: number, meaning: string]>>} catalogue
 * @returns {string}
 */
export function errorTable(catalogue) {
  const rows = Object.entries(catalogue).map(([code, [status, meaning]]) => [
    `\`${code}\``,
    String(status),
    meaning,
  ]);
  return markdownTable(['code', 'HTTP status', 'meaning'], rows);
}
