import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayRequest } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import type { Accounts } from '../auth/accounts.js';
import type { Credential } from '../auth/credential.js';
import type { ClientAddress } from '../http/client-address.js';
import type { Lifecycle } from '../http/lifecycle.js';
import { requestIdOf } from '../http/middleware/request-id.js';
import { createSharing } from '../http/sharing.js';
import type { Logger } from '../log/logger.js';
import { ActiveCalls } from './active-calls.js';
import { BodyReading } from './body/read-body.js';
import { Call } from './call.js';
import { createChecks } from './checks.js';
import { Directory } from './instances/directory.js';
import type { RoomSettings, TargetSettings } from './instances/settings.js';
import { logCall } from './log-call.js';
import { routeOf } from './route.js';
import { serveCall } from './serve-call.js';
import type { ExchangeTimeouts } from './wire/exchange.js';

/** What a gateway is made from. */
export interface GatewayOptions {
  readonly llamactl: Llamactl;
  /** null while authentication is off. */
  readonly accounts: Accounts | null;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clientAddress: ClientAddress;
  /** Empty, or a path without final slash. */
  readonly basePath: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly targets: TargetSettings;
  readonly room: RoomSettings;
  readonly timeouts: ExchangeTimeouts;
  /** Interval of the comments that keep a streamed request alive while its instance loads, in milliseconds. */
  readonly keepAliveMs: number;
  /** For a client to take more of an answer, in milliseconds. */
  readonly stallMs: number;
}

/** One address in front of all instances. */
export interface Gateway {
  /** Whether a request is for the gateway. */
  isFor(request: IncomingMessage): boolean;
  /** Answers a request whose body takes too long; returns whether it is one of those under way. */
  refuseLate(request: IncomingMessage): boolean;
  /** Serves a request if it is for the gateway; returns whether it is. */
  take(request: IncomingMessage, response: ServerResponse): boolean;
  /** The requests under way that a credential may see, oldest first. */
  list(credential: Credential): GatewayRequest[];
  /** @throws LlamactlError REQUEST_NOT_FOUND, also for one that the credential may not see */
  cancel(id: string, credential: Credential): void;
  /** Refuses those who wait, and cuts all connections to backends. */
  close(): void;
}

/** Makes the gateway of a server. */
export function createGateway(options: GatewayOptions): Gateway {
  const { llamactl, targets, room, basePath, logger, accounts } = options;
  const calls = new ActiveCalls();
  const directory = new Directory({ llamactl, settings: targets, room });
  const context = {
    directory,
    bodies: new BodyReading(),
    checks: createChecks(options),
    share: createSharing(options.allowedOrigins),
    timeouts: options.timeouts,
    keepAliveMs: options.keepAliveMs,
    stallMs: options.stallMs,
    logger,
    watch: accounts && watchForEnds(accounts),
  };
  const wanted = ({ url = '' }: IncomingMessage) => routeOf(pathUnder(basePath, url));
  return {
    isFor: (request) => wanted(request) !== null,
    refuseLate: (request) => calls.refuseLate(request),
    take(request, response) {
      const route = wanted(request);
      if (route === null) return false;
      const call = new Call(calls.idFor(requestIdOf(request)), request, response, route);
      calls.add(call);
      call.whenClosed(options.lifecycle.begin());
      logCall(call, options.clientAddress(request), logger);
      serveCall(call, context);
      return true;
    },
    list: (credential) => calls.list(credential),
    cancel: (id, credential) => calls.cancel(id, credential),
    close: () => directory.close(),
  };
}

/** A request is let in once: that a credential runs out meanwhile does not cut a long answer. */
function watchForEnds({ watch }: Accounts): Accounts['watch'] {
  return (credential, onDeath) => watch({ ...credential, expiresAt: null }, onDeath);
}

/** The path of a target under the base path, without query; empty for one that is not under it. */
function pathUnder(basePath: string, url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.startsWith(basePath) ? path.slice(basePath.length) : '';
}
