import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A web site of one page and one script, with a Llamactl server behind the same origin. */
export interface SameOriginSite extends AsyncDisposable {
  readonly url: string;
}

const page = `<!doctype html>
<title>site</title>
<script type="module">
  import * as client from '/client.js';
  globalThis.client = client;
</script>`;

/** What a Llamactl server answers, not the site. */
const isOfServer = /^\/(api\/|health$|ready$)/;

/**
 * Serves a page that puts what `/client.js` exports into `globalThis.client`, and passes the API on to a Llamactl server, WebSockets
 * included, as a reverse proxy in front of a dashboard does.
 */
export async function sameOriginSite(script: string, upstream: string): Promise<SameOriginSite> {
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': ['text/html', page],
    '/client.js': ['text/javascript', script],
  };
  const server = createServer((incoming, response) => {
    if (isOfServer.test(incoming.url ?? '')) return passOn(incoming, response, upstream);
    const [type, text] = files[incoming.url ?? ''] ?? ['text/plain', ''];
    response.writeHead(text === '' ? 404 : 200, { 'Content-Type': type }).end(text);
  });
  server.on('upgrade', (incoming, near, head) => tunnel(incoming, near, head, upstream));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function passOn(incoming: IncomingMessage, response: ServerResponse, upstream: string): void {
  const { method, headers, url = '/' } = incoming;
  const outgoing = request(new URL(url, upstream), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

function tunnel(incoming: IncomingMessage, near: Duplex, head: Buffer, upstream: string): void {
  const { hostname, port } = new URL(upstream);
  const far = connect(Number(port), hostname);
  const { method, url, rawHeaders } = incoming;
  const fields = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
  far.write(`${method} ${url} HTTP/1.1\r\n${fields.join('')}\r\n`);
  far.write(head);
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy()).on('close', () => far.destroy());
  far.on('error', () => near.destroy()).on('close', () => near.destroy());
}
