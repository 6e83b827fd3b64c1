import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const dropped = new Set(['upgrade', 'connection', 'http2-settings']);
const upgradeTokens = new Set(['upgrade', 'http2-settings']);

/**
 * Serves a request that offers an upgrade as a plain one, as HTTP has it for offers that are not taken:
 * `curl --http2` and Java's client send them with every request. Once a server has an upgrade listener,
 * node:http leaves such connections to it, so what came in is put back without the offer, and the
 * connection is handed in anew.
 */
export function serveAsRequest(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // What was put back holds no offer; should one come nevertheless, this would go on for ever.
  if (request.headers.upgrade === undefined || socket.destroyed) {
    socket.destroy();
    return;
  }
  // The time that an idle connection is kept does not count while it is served.
  if (socket instanceof Socket) socket.setTimeout(0);
  socket.unshift(Buffer.concat([Buffer.from(plainHeadOf(request), 'latin1'), head]));
  server.emit('connection', socket);
}

function plainHeadOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]);
    const value = String(rawHeaders[at + 1]);
    if (name.toLowerCase() === 'connection') kept.push(...tokensBesideUpgrade(value));
    if (!dropped.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  if (kept.length > 0) lines.push(`Connection: ${kept.join(', ')}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Such as `close`, which still holds. */
function tokensBesideUpgrade(value: string): string[] {
  const tokens = value.split(',').map((token) => token.trim());
  return tokens.filter((token) => token !== '' && !upgradeTokens.has(token.toLowerCase()));
}
