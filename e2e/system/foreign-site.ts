import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web site that has nothing to do with a Llamactl server. */
export interface ForeignSite extends AsyncDisposable {
  readonly port: number;
}

/** Serves a page that puts what `script` exports into `globalThis.client`. */
export async function foreignSite(script = ''): Promise<ForeignSite> {
  const page = `<!doctype html><title>site</title>
    <script type="module">import * as client from '/client.js'; globalThis.client = client;</script>`;
  const server = createServer(({ url }, response) => {
    const [type, text] = url === '/client.js' ? ['text/javascript', script] : ['text/html', page];
    response.writeHead(200, { 'Content-Type': type }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
