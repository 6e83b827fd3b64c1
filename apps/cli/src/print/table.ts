/** Changes how a cell looks, after it was padded. */
export type Paint = (cell: string, row: number, column: number) => string;

/** Rows as lines with aligned columns, two spaces apart; the last column is not padded. */
export function table(rows: readonly (readonly string[])[], paint: Paint = (cell) => cell): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  const lines = rows.map((row, index) =>
    row
      .map((cell, column) => {
        const padded = column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        return paint(padded, index, column);
      })
      .join('  '),
  );
  return lines.map((line) => `${line}\n`).join('');
}
