import { type IncomingMessage, type RequestListener, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GatewayTimeouts } from '../gateway/gateway-settings.js';
import type { Logger } from '../log/logger.js';
import { answerClientError, bodyTooLate, noTunnel } from './answer-client-error.js';
import { OpenAnswers } from './open-answers.js';
import { serveAsRequest } from './serve-as-request.js';
import { isSilent, keepSilent } from './silent-connections.js';
import { SlowClients } from './slow-clients.js';
import type { UpgradeListener } from './upgrade.js';

/** How long clients may take, and how often they are asked for a sign of life, in milliseconds. */
export interface HttpTimeouts {
  /** For the headers of a request. Default: 10 000. */
  readonly headersMs?: number;
  /** For the body of a request that is not for the gateway. Default: 30 000. */
  readonly requestMs?: number;
  /** For the next request on a connection, also for the first one. Longer than clients and proxies keep theirs: 65 000. */
  readonly keepAliveMs?: number;
  /**
   * Between looks at a client that takes nothing of an answer which waits for it; it is cut off when four of them show no
   * change, or thirty where the system does not tell. Default: 60 000.
   */
  readonly stallMs?: number;
  /** Time without a line after which a log stream sends a sign of life. Default: 15 000. */
  readonly heartbeatMs?: number;
  /** Interval of the pings on WebSockets. Default: 15 000. */
  readonly pingMs?: number;
  /** Silence after which a WebSocket is gone; a multiple of `pingMs`. Default: 45 000. */
  readonly silenceMs?: number;
  readonly gateway?: GatewayTimeouts;
}

/** Who takes what comes in. */
export interface Listeners {
  readonly request: RequestListener;
  /** Takes offers to upgrade a connection; those that it hands back are served as plain requests. */
  readonly upgrade: UpgradeListener;
  /** Whether the body of a request may be large, so that it may take as long as it makes progress. */
  readonly isLarge: (request: IncomingMessage) => boolean;
  /** Answers a request whose body takes too long; returns false for those that it knows nothing of. */
  readonly refuseLate: (request: IncomingMessage) => boolean;
}

/** Default of `stallMs`. */
export const defaultStallMs = 60_000;

/** A node:http server, not listening yet, which never answers anything but JSON. */
export function createHttpServer(
  { request: answer, upgrade, isLarge, refuseLate }: Listeners,
  logger: Logger,
  timeouts: HttpTimeouts = {},
): Server {
  const { headersMs = 10_000, requestMs = 30_000, keepAliveMs = 65_000 } = timeouts;
  const server = new UpgradableServer({
    maxHeaderSize: 16_384,
    headersTimeout: headersMs,
    // Of bodies; see below.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(1_000, headersMs / 2),
    keepAliveTimeout: keepAliveMs,
    // Answered by our own middleware, in the shape of every other error.
    requireHostHeader: false,
  });
  // No header is dropped silently; their size is limited above.
  server.maxHeadersCount = 0;
  const answers = new OpenAnswers();
  const slowClients = new SlowClients({
    bodyMs: requestMs,
    bodyIdleMs: timeouts.gateway?.bodyIdleMs ?? 30_000,
    stallMs: timeouts.stallMs ?? defaultStallMs,
    isLarge,
    onLate: (request, response) => {
      if (!refuseLate(request)) answerClientError(bodyTooLate(), request.socket, response);
    },
  });
  const take: RequestListener = (request, response) => {
    answers.add(request, response, slowClients.watch(request, response));
    return answer(request, response);
  };
  server.on('request', take);
  // Without this, node:http answers an unknown Expect by a bare 417.
  server.on('checkExpectation', take);
  server.on('upgrade', (request, socket, head) => {
    server.keepUpgraded(socket);
    const asRequest = () => serveAsRequest(server, request, socket, head);
    const go = () => upgrade({ request, socket, head, asRequest });
    // A client may send the offer before it has read the answer to its last request.
    const current = answers.lastOn(socket);
    if (current) current.once('close', go);
    else go();
  });
  // Without this, node:http ends the connection without a word.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    const go = () => answerClientError(noTunnel(), socket, undefined);
    const current = answers.lastOn(socket);
    if (current) current.once('close', go);
    else go();
  });
  // Such as no file handle left for a connection: the others go on.
  server.on('error', (error) => logger.error('cannot take connections', { error: error.message }));
  server.on('clientError', (error, socket) => {
    if (isSilent(error, socket)) keepSilent(socket, keepAliveMs - headersMs);
    else answerClientError(error, socket, answers.lastOn(socket));
  });
  return server;
}

/** Knows the connections that were upgraded too; node:http counts them as none of its own. */
class UpgradableServer extends Server {
  readonly #upgraded = new Set<Duplex>();

  keepUpgraded(socket: Duplex): void {
    if (this.#upgraded.has(socket)) return;
    this.#upgraded.add(socket);
    // node:http has taken its own listener away: without one, a reset would be uncaught.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#upgraded.delete(socket));
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
  }
}
