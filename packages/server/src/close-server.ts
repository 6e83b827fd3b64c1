import type { Server } from 'node:http';
import type { Llamactl } from '@llamactl/core';
import type { Gateway } from './gateway/create-gateway.js';
import type { Lifecycle } from './http/lifecycle.js';
import type { Listening } from './http/listen.js';
import type { Follows } from './http/log-stream/follows.js';
import type { CloseOptions } from './options.js';
import type { Hub } from './websocket/hub.js';

/** What there is to close. */
export interface ClosableServer {
  readonly listening: Listening;
  readonly lifecycle: Lifecycle;
  readonly follows: Follows;
  readonly hub: Hub;
  readonly gateway: Gateway;
  readonly llamactl: Llamactl;
  /** Whether the core goes with the server. */
  readonly ownsCore: boolean;
  /** Closes what is left of the data folder. */
  readonly letGo: () => void;
  /** Whether instances are left running; then none is killed in a hurry either. */
  readonly keepsInstances: boolean;
}

const defaultGraceMs = 10_000;
/** Time for sockets to say goodbye; none of them holds up the stop of an instance. */
const goodbyeMs = 2_000;
/** The most that a timer of Node takes. */
const maxGraceMs = 2 ** 31 - 1;

/**
 * Returns the function that closes a server. Calling it again waits for the same end; with `force` it
 * also hurries it. The port is let go of last: until then clients are told why they get nothing.
 */
export function closeServer(server: ClosableServer): (options?: CloseOptions) => Promise<void> {
  const hurry = new AbortController();
  let closing: Promise<void> | undefined;
  return (options = {}) => {
    closing ??= close(server, options.graceMs ?? defaultGraceMs, hurry.signal);
    if (options.force && !hurry.signal.aborted) {
      hurry.abort();
      if (server.ownsCore && !server.keepsInstances) killInstances(server.llamactl);
    }
    return closing;
  };
}

async function close(server: ClosableServer, graceMs: number, hurry: AbortSignal): Promise<void> {
  const { lifecycle, follows, gateway, hub, llamactl, listening, ownsCore } = server;
  lifecycle.stop();
  follows.endAll();
  const goodbyes = hub.close(AbortSignal.any([AbortSignal.timeout(goodbyeMs), hurry]));
  for (const listener of listening.servers) listener.closeIdleConnections();
  const grace = AbortSignal.timeout(Math.min(Math.max(0, Math.ceil(graceMs)), maxGraceMs));
  await lifecycle.whenIdle(AbortSignal.any([grace, hurry]));
  gateway.close();
  try {
    if (ownsCore) await llamactl.dispose();
  } finally {
    await goodbyes;
    await Promise.all(listening.servers.map(closeListener));
    server.letGo();
  }
}

/** Errors are no news here: an instance may have stopped in between, and `dispose` tells of the rest. */
function killInstances(llamactl: Llamactl): void {
  for (const { name, status } of llamactl.list()) {
    if (status !== 'stopped') llamactl.stop(name, { force: true }).catch(() => {});
  }
}

function closeListener(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
