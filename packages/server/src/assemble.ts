import type { Config } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import type { Accounts } from './auth/accounts.js';
import type { ConfigKeeper } from './config/config-keeper.js';
import { createGateway, type Gateway } from './gateway/create-gateway.js';
import { gatewaySettings } from './gateway/gateway-settings.js';
import { createApp } from './http/app.js';
import { createClientAddress } from './http/client-address.js';
import type { HttpTimeouts, Listeners } from './http/create-http-server.js';
import { createLifecycle, type Lifecycle } from './http/lifecycle.js';
import { createLogFollowing } from './http/log-stream/follow-log.js';
import { createFollows, type Follows } from './http/log-stream/follows.js';
import type { Logger } from './log/logger.js';
import { createRateLimits } from './rate-limit/rate-limits.js';
import { createSystemStatus } from './system/system-status.js';
import { attachHub } from './websocket/attach.js';
import { createHub, type Hub } from './websocket/hub.js';

/** What a server is made from, once its core is there. */
export interface AssembleOptions {
  readonly llamactl: Llamactl;
  /** null while authentication is off. */
  readonly accounts: Accounts | null;
  readonly config: ConfigKeeper;
  readonly logger: Logger;
  readonly timeouts: HttpTimeouts;
  /** Empty, or a path without final slash. */
  readonly basePath: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly rateLimit: Config['rate_limit'];
  readonly instances: Config['instances'];
}

/** The insides of a server: who answers, and what goes on for longer than an answer. */
export interface Assembly extends Listeners {
  readonly lifecycle: Lifecycle;
  readonly follows: Follows;
  readonly hub: Hub;
  readonly gateway: Gateway;
}

/** Puts the parts of a server together. */
export function assemble(options: AssembleOptions): Assembly {
  const { llamactl, accounts, config, timeouts, rateLimit } = options;
  const { heartbeatMs = 15_000, pingMs = 15_000, silenceMs = 45_000 } = timeouts;
  const lifecycle = createLifecycle();
  const follows = createFollows();
  const clientAddress = createClientAddress(options.trustedProxies);
  const rateLimits = rateLimit.enabled ? createRateLimits(rateLimit) : null;
  const access = { ...options, clientAddress, rateLimits };
  const systemStatus = createSystemStatus(llamactl);
  const hub = createHub({ llamactl, systemStatus }, pingMs);
  const gatewayParts = gatewaySettings(options.instances, timeouts);
  const gateway = createGateway({ ...access, ...gatewayParts, lifecycle });
  const handling = {
    llamactl,
    gateway,
    isStopping: () => lifecycle.stopping,
    systemStatus,
    followLog: createLogFollowing({ llamactl, follows, accounts, heartbeatMs }),
    accounts,
    config,
  };
  const app = createApp({ ...access, handling, lifecycle });
  return {
    lifecycle,
    follows,
    hub,
    gateway,
    isLarge: (request) => gateway.isFor(request),
    refuseLate: (request) => gateway.refuseLate(request),
    request: (request, response) => gateway.take(request, response) || app(request, response),
    upgrade: attachHub({ ...access, hub, lifecycle, heartbeat: { pingMs, silenceMs } }),
  };
}
