import type { IncomingMessage } from 'node:http';
import type { Listeners } from './create-http-server.js';

/** Lets callers in as soon as there is somebody to serve them. */
export interface Entrance extends Listeners {
  open(listeners: Listeners): void;
  /** Sends everybody away, also those who wait. */
  shut(): void;
}

/**
 * An entrance that is still closed: whoever comes waits. `isOurs` tells which upgrades are for us; the
 * others are handed back at once.
 */
export function createEntrance(isOurs: (request: IncomingMessage) => boolean): Entrance {
  let settle: (listeners: Listeners | null) => void = () => {};
  let inside: Listeners | null = null;
  const opened = new Promise<Listeners | null>((resolve) => {
    settle = resolve;
  });
  return {
    open(listeners) {
      inside = listeners;
      settle(listeners);
    },
    shut: () => settle(null),
    isLarge: (request) => inside?.isLarge(request) ?? true,
    refuseLate: (request) => inside?.refuseLate(request) ?? false,
    request(request, response) {
      opened.then((inside) => {
        if (!inside) response.destroy();
        // Nobody would tell them that a client who has left already is gone.
        else if (!response.destroyed) inside.request(request, response);
      });
    },
    upgrade(upgrade) {
      if (!isOurs(upgrade.request)) upgrade.asRequest();
      else opened.then((inside) => (inside ? inside.upgrade(upgrade) : upgrade.socket.destroy()));
    },
  };
}
