/** The text of a WebSocket handshake; `headers` go over its own, undefined takes one out. */
export function handshake(
  path = '/api/ws',
  headers: Readonly<Record<string, string | undefined>> = {},
): string {
  const all = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
