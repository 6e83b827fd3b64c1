/** What stands at the end of a text in place of its last bytes. */
export function cutMark(bytes: number): string {
  return `… [${bytes} bytes cut]`;
}

/** Where in a text the mark at its end begins; null when it has none. */
export function cutAt(text: string): number | null {
  if (!text.endsWith(' bytes cut]')) return null;
  const at = text.lastIndexOf('… [');
  return at < 0 ? null : at;
}
