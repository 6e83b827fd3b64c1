/**
 * The error catalogue as a Markdown table, its columns aligned as the formatter wants them.
 * @param {Readonly<Record<string, readonly [status: number, meaning: string]>>} catalogue
 * @returns {string}
 */
export function errorTable(catalogue) {
  const entries = Object.entries(catalogue);
  const cells = entries.map(([code, [status, meaning]]) => [
    `\`${code}\``,
    String(status),
    meaning.replaceAll('|', '\\|'),
  ]);
  const rows = [['code', 'HTTP status', 'meaning'], ...cells];
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => line(row.map((cell, i) => cell.padEnd(widths[i] ?? 0))));
  lines.splice(1, 0, line(widths.map((width) => '-'.repeat(width))));
  return lines.join('\n');
}

/** @param {readonly string[]} cells */
function line(cells) {
  return `| ${cells.join(' | ')} |`;
}
