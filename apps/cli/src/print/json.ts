/** Data as JSON text, with a line end. */
export function json(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}
