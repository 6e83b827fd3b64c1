import type { IncomingHttpHeaders } from 'node:http';

/** What a request shows to be let in. */
export interface Presented {
  readonly kind: 'token' | 'api_key';
  readonly secret: string;
}

/** How API keys begin, so that people and programs can tell them. */
export const keyPrefix = 'llk_';
/** How subprotocols begin that carry a token: pages cannot set headers on a WebSocket. */
const subprotocolPrefix = 'llamactl.bearer.';

/**
 * What a request shows: `Authorization: Bearer` with a token or an API key, else `x-api-key` with a key.
 * Where both are there, Authorization counts. Other schemes of Authorization are none of ours: they may
 * belong to a proxy.
 */
export function presentedBy(headers: IncomingHttpHeaders): Presented | null {
  const bearer = /^bearer(?: |$)(.*)/is.exec(headers.authorization ?? '');
  if (bearer) return tokenOrKey((bearer[1] ?? '').trim());
  const key = headers['x-api-key'];
  return key === undefined ? null : { kind: 'api_key', secret: String(key) };
}

/** As {@link presentedBy}, for an upgrade, which may also offer a subprotocol with a token or key. */
export function presentedByUpgrade(headers: IncomingHttpHeaders): Presented | null {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const carrier = offered.find((name) => name.startsWith(subprotocolPrefix));
  const offer = carrier === undefined ? null : tokenOrKey(carrier.slice(subprotocolPrefix.length));
  return presentedBy(headers) ?? offer;
}

function tokenOrKey(secret: string): Presented {
  return { kind: secret.startsWith(keyPrefix) ? 'api_key' : 'token', secret };
}
