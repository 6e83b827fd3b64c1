import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener that has nothing to do with the code under test. */
export interface OccupiedPort extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** How many HTTP requests it has answered. */
  readonly requestCount: number;
  /** Frees the port and cuts its connections; may be called again. */
  close(): Promise<void>;
}

/**
 * Listens on a port as some foreign program would. Every HTTP request gets 200 `{"status":"ok"}`,
 * so whoever trusts a healthy answer alone takes it for a llama-server.
 *
 * @param port - Default 0: the system chooses one.
 * @param host - Default `127.0.0.1`.
 * @throws Error with code `EADDRINUSE` when the port is taken.
 */
export async function occupyPort(port = 0, host = '127.0.0.1'): Promise<OccupiedPort> {
  let requestCount = 0;
  const server = createServer((_, response) => {
    requestCount++;
    response.setHeader('Content-Type', 'application/json').end('{"status":"ok"}');
  });
  server.listen(port, host);
  await once(server, 'listening');
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get requestCount() {
      return requestCount;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
