import { STATUS_CODES } from 'node:http';
import { markdownTable } from './markdown-table.mjs';

/**
 * The HTTP statuses of errors, each with the codes that it comes with.
 * @param {Readonly<Record<string, readonly [status: number, meaning: string]>>} catalogue
 * @returns {string}
 */
export function statusTable(catalogue) {
  /** @type {Map<number, string[]>} */
  const codes = new Map();
  for (const [code, [status]] of Object.entries(catalogue)) {
    codes.set(status, [...(codes.get(status) ?? []), `\`${code}\``]);
  }
  const rows = [...codes]
    .sort(([a], [b]) => a - b)
    .map(([status, names]) => [`${status} ${STATUS_CODES[status]}`, names.join(', ')]);
  return markdownTable(['status', 'codes'], rows);
}
