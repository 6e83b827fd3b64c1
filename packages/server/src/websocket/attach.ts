import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodes, httpStatusOf, LlamactlError } from '@llamactl/contract';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Accounts } from '../auth/accounts.js';
import type { Credential } from '../auth/credential.js';
import { identifyUpgrade } from '../auth/identify-upgrade.js';
import type { ClientAddress } from '../http/client-address.js';
import { formatErrorAnswer } from '../http/format-error-answer.js';
import type { Lifecycle } from '../http/lifecycle.js';
import { assertAccess } from '../http/middleware/authorize.js';
import { createHostAssertion } from '../http/middleware/check-host.js';
import { createOriginAssertion } from '../http/middleware/check-origin.js';
import { assertTarget } from '../http/middleware/check-target.js';
import { toAnswer } from '../http/middleware/error-envelope.js';
import { requestIdOf } from '../http/middleware/request-id.js';
import { serverStopping } from '../http/middleware/shutdown-gate.js';
import type { UpgradeListener } from '../http/upgrade.js';
import type { LogFields, Logger } from '../log/logger.js';
import type { RateLimits } from '../rate-limit/rate-limits.js';
import { createAdmission } from './admission.js';
import { createHandshakeLimit, type HandshakeLimit } from './handshake-limit.js';
import { type HeartbeatOptions, startHeartbeat } from './heartbeat.js';
import type { Hub } from './hub.js';
import { createSocketQueryReader, type SocketQuery } from './socket-query.js';

/** What decides over sockets. */
export interface AttachOptions {
  readonly hub: Hub;
  /** null while authentication is off. */
  readonly accounts: Accounts | null;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clientAddress: ClientAddress;
  /** null for none. */
  readonly rateLimits: RateLimits | null;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly heartbeat: HeartbeatOptions;
}

/** The one protocol that may be asked for by name. */
const subprotocol = 'llamactl.v1';
/** Clients have nothing to say. */
const maxMessageBytes = 64 * 1024;

/** Returns what takes WebSockets to the hub, after the checks that plain requests go through as well. */
export function attachHub(options: AttachOptions): UpgradeListener {
  const { hub, logger, clientAddress } = options;
  const limit = createHandshakeLimit(options.rateLimits, clientAddress);
  const check = createChecks(options, limit);
  const sockets = createSocketServer();
  const refuse = (thrown: unknown, { request, socket }: Refused) => {
    const error = toAnswer(thrown);
    const requestId = requestIdOf(request);
    const status = httpStatusOf(error.code);
    const fields = { request_id: requestId, code: error.code, status };
    if (status === 500) logger.error('request failed', { ...fields, error: error.cause ?? error });
    else logger.debug('websocket refused', fields);
    const headers = { 'X-Request-Id': requestId, ...limit.headersOf(request) };
    socket.end(formatErrorAnswer(error, headers), () => socket.destroy());
  };
  sockets.on('headers', (lines, request) => {
    for (const [name, value] of Object.entries(limit.headersOf(request)))
      lines.push(`${name}: ${value}`);
  });
  sockets.on('wsClientError', (error, socket, request) => {
    refuse(invalidHandshake(error), { request, socket });
  });
  return (upgrade) => {
    try {
      const { query, credential } = check(upgrade.request);
      sockets.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => {
        const address = clientAddress(upgrade.request);
        logSocket(socket, { request_id: requestIdOf(upgrade.request), address }, logger);
        startHeartbeat(socket, options.heartbeat);
        beginSession(hub, socket, query, logger);
        closeWith(credential, socket, options.accounts);
      });
    } catch (error) {
      refuse(error, upgrade);
    }
  };
}

/** From here on an error can be told by a close code alone. */
function beginSession(hub: Hub, socket: WebSocket, query: SocketQuery, logger: Logger): void {
  try {
    hub.add(socket, query);
  } catch (error) {
    logger.error('websocket failed', { error });
    socket.close(1011);
  }
}

/** What was seen so far stays seen, but nothing is told any more. */
function closeWith(credential: Credential, socket: WebSocket, accounts: Accounts | null): void {
  const unwatch = accounts?.watch(credential, () => socket.close(4401, closeCodes[4401]));
  if (unwatch) socket.once('close', unwatch);
}

interface Refused {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
}

function createChecks(
  { lifecycle, accounts, allowedHosts, allowedOrigins }: AttachOptions,
  limit: HandshakeLimit,
) {
  const assertHost = createHostAssertion(allowedHosts);
  const assertOrigin = createOriginAssertion(allowedOrigins);
  const readQuery = createSocketQueryReader();
  const admit = createAdmission(() => performance.now());
  return (request: IncomingMessage): { query: SocketQuery; credential: Credential } => {
    assertTarget(request);
    if (accounts === null) assertHost(request);
    assertOrigin(request);
    if (lifecycle.stopping) throw serverStopping();
    const { credential, refusal } = whoAsks(accounts, request);
    // Those who are refused are counted too, by their address.
    limit.count(request, credential);
    if (credential === undefined) throw refusal;
    assertAccess(credential, 'read');
    const [, search = ''] = /\?(.*)/s.exec(request.url ?? '') ?? [];
    const query = readQuery(search);
    if (!admit()) throw tooManyAtOnce();
    return { query: { ...query, instances: credential.instances }, credential };
  };
}

function whoAsks(accounts: Accounts | null, request: IncomingMessage) {
  try {
    return { credential: identifyUpgrade(accounts, request) };
  } catch (refusal) {
    return { refusal };
  }
}

function createSocketServer(): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: (offered) => offered.has(subprotocol) && subprotocol,
  });
}

function logSocket(socket: WebSocket, fields: LogFields, logger: Logger): void {
  logger.debug('websocket opened', fields);
  socket.on('error', (error) => logger.debug('websocket failed', { ...fields, error }));
  socket.once('close', (code) => logger.debug('websocket closed', { ...fields, code }));
}

function invalidHandshake({ message }: Error): LlamactlError {
  return new LlamactlError('INVALID_REQUEST', `This is no WebSocket handshake: ${message}.`, {
    details: 'Connect with a WebSocket client (RFC 6455, version 13).',
  });
}

function tooManyAtOnce(): LlamactlError {
  const message = 'Too many WebSockets are opened at this moment.';
  return new LlamactlError('RESOURCE_EXHAUSTED', message, {
    details: 'Try again after the seconds in the Retry-After header, a random part added.',
  });
}
