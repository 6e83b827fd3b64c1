/**
 * The error catalogue as a Markdown table.
 * @param {Readonly<Record<string, readonly [status: number, meaning: string]>>} catalogue
 * @returns {string}
 */
export function errorTable(catalogue) {
  const rows = Object.entries(catalogue).map(
    ([code, [status, meaning]]) =>
      `| \`${code}\` | ${status} | ${meaning.replaceAll('|', '\\|')} |`,
  );
  return ['| code | HTTP status | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
