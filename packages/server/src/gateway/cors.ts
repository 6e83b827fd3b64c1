import type { IncomingMessage } from 'node:http';

const exposed = 'X-Request-Id, Retry-After';
/** Seconds for which a browser need not ask again. */
const maxAgeSeconds = '3600';

/** Returns what gives the headers that let pages of `allowed` origins read an answer. */
export function createSharing(allowed: readonly string[]) {
  const origins = new Set(
    allowed.map((origin) => (URL.canParse(origin) ? new URL(origin).origin : origin)),
  );
  return ({ headers: { origin } }: IncomingMessage): Readonly<Record<string, string>> | null => {
    if (origin === undefined || !origins.has(origin)) return null;
    return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': exposed };
  };
}

/** What a browser is told that asks what such a page may do. */
export function preflightHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const asked = String(headers['access-control-request-headers'] ?? '');
  const names = asked.split(',').map((name) => name.trim().toLowerCase());
  return {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers': names
      .filter((name) => /^[a-z\d-]{1,64}$/.test(name))
      .slice(0, 64)
      .join(', '),
    'Access-Control-Max-Age': maxAgeSeconds,
  };
}
