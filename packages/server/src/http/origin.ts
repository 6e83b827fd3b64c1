/**
 * The origin that a text names, as browsers write it in the header `Origin`; null when it names none, or more
 * than one. A final slash does no harm.
 */
export function readOrigin(text: string): string | null {
  const [, scheme = '', host = ''] = /^([a-z][a-z\d+.-]*):\/\/([^/?#@*\s]+)\/?$/i.exec(text) ?? [];
  if (host === '' || !URL.canParse(text)) return null;
  if (/^https?$/i.test(scheme)) return new URL(text).origin;
  // Those of apps and browser extensions, which URL knows no origin of.
  return `${scheme}://${host}`.toLowerCase();
}

/** What is wrong with an entry of `server.allowed_origins`, for the end of a sentence; null for nothing. */
export function originProblem(entry: string): string | null {
  if (entry.includes('*'))
    return 'must be one origin, as there are no wildcards; list each of them';
  if (entry.toLowerCase() === 'null') {
    return 'cannot be allowed: any page can have the origin null; serve the page from an address';
  }
  if (readOrigin(entry) !== null) return null;
  return 'must be an origin: scheme, host and port, as in https://llm.example.org';
}

/** Returns what tells whether an origin is one of `allowed`. */
export function createOriginList(allowed: readonly string[]): (origin: string) => boolean {
  const origins = new Set(allowed.map(readOrigin));
  return (origin) => origins.has(origin);
}
