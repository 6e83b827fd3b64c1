/** Data as JSON text, with a line end. */
export function json(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** Data as JSON on one line, for output that has no end. */
export function jsonLine(data: unknown): string {
  return `${JSON.stringify(data)}\n`;
}
