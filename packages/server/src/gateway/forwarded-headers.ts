/** Headers that are about a connection, not about what goes over it (RFC 9110, 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];

const notForwarded = new Set([
  ...hopByHop,
  // Said anew for the backend.
  'host',
  'content-length',
  'expect',
  'x-request-id',
  // What is meant for us.
  'authorization',
  'x-api-key',
  'cookie',
  // May carry a credential, where an offer of a WebSocket is served like any other request.
  'sec-websocket-protocol',
  'origin',
  'referer',
]);
const notReturned = new Set([
  ...hopByHop,
  'date',
  'server',
  // What comes from a backend is shown on our origin; it has no say there.
  'set-cookie',
  'set-cookie2',
  'clear-site-data',
  'content-security-policy',
  'strict-transport-security',
  // Said by us.
  'vary',
  'x-accel-buffering',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
  'cross-origin-resource-policy',
  'x-request-id',
  'request-id',
]);

/** What a request to a backend begins with. */
export interface ForwardedHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly host: string;
  readonly rawHeaders: readonly string[];
  readonly bodyLength: number;
  readonly requestId: string;
  /** What the backend asks for; null for nothing. */
  readonly key: string | null;
}

/** The head of a request to a backend: what the client sent, but for what is about its connection to us. */
export function forwardedHead(head: ForwardedHead): string {
  const { method, bodyLength, key } = head;
  let text = `${method} ${head.target} HTTP/1.1\r\nHost: ${head.host}\r\n`;
  const named = namedIn(head.rawHeaders);
  for (let at = 0; at + 1 < head.rawHeaders.length; at += 2) {
    const name = String(head.rawHeaders[at]);
    const lower = name.toLowerCase();
    if (notForwarded.has(lower) || named?.has(lower) || isCors(lower)) continue;
    text += `${name}: ${head.rawHeaders[at + 1]}\r\n`;
  }
  if (bodyLength > 0 || (method !== 'GET' && method !== 'HEAD')) {
    text += `Content-Length: ${bodyLength}\r\n`;
  }
  // What comes with a TRACE is shown to whoever sent it.
  if (key !== null && method !== 'TRACE') text += `Authorization: Bearer ${key}\r\n`;
  return `${text}X-Request-Id: ${head.requestId}\r\n\r\n`;
}

/** The headers of a backend's answer that go on to the client, names and values in turn. */
export function returnedHeaders(rawHeaders: readonly string[]): string[] {
  const named = namedIn(rawHeaders);
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]);
    const lower = name.toLowerCase();
    if (notReturned.has(lower) || named?.has(lower) || isCors(lower)) continue;
    kept.push(name, String(rawHeaders[at + 1]));
  }
  return kept;
}

function isCors(name: string): boolean {
  return name.startsWith('access-control-');
}

/** Headers that Connection says are about the connection too; null for none. */
function namedIn(rawHeaders: readonly string[]): Set<string> | null {
  let named: Set<string> | null = null;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (String(rawHeaders[at]).toLowerCase() !== 'connection') continue;
    for (const token of String(rawHeaders[at + 1]).split(',')) {
      const name = token.trim().toLowerCase();
      // The length is what keeps requests apart; nobody may take it away.
      if (name === '' || name === 'content-length') continue;
      named ??= new Set();
      named.add(name);
    }
  }
  return named;
}
