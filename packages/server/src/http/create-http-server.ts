import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../log/logger.js';
import { answerClientError } from './answer-client-error.js';

/** How long clients may take, in milliseconds. */
export interface HttpTimeouts {
  /** For the headers of a request. Default: 10 000. */
  readonly headersMs?: number;
  /** For a whole request, its body included. Default: 30 000. */
  readonly requestMs?: number;
}

/** Time that an idle connection is kept, in milliseconds; longer than what clients and proxies keep it. */
const keepAliveMs = 65_000;

/** A node:http server, not listening yet, which never answers anything but JSON. */
export function createHttpServer(
  listener: RequestListener,
  logger: Logger,
  timeouts: HttpTimeouts = {},
): Server {
  const { headersMs = 10_000, requestMs = 30_000 } = timeouts;
  const server = createServer({
    maxHeaderSize: 16_384,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs / 2),
    keepAliveTimeout: keepAliveMs,
    // Answered by our own middleware, in the shape of every other error.
    requireHostHeader: false,
  });
  // No header is dropped silently; their size is limited above.
  server.maxHeadersCount = 0;
  const answers = new WeakMap<Duplex, ServerResponse>();
  const take: RequestListener = (request, response) => {
    answers.set(request.socket, response);
    return listener(request, response);
  };
  server.on('request', take);
  // Without this, node:http answers an unknown Expect by a bare 417.
  server.on('checkExpectation', take);
  // Such as no file handle left for a connection: the others go on.
  server.on('error', (error) => logger.error('cannot take connections', { error: error.message }));
  server.on('clientError', (error, socket) => {
    answerClientError(error, socket, answers.get(socket));
  });
  return server;
}
