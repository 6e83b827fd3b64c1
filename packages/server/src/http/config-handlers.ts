import type { ConfigKeeper } from '../config/config-keeper.js';
import type { Handlers } from './handlers.js';

/** The handlers of the configuration. */
export function createConfigHandlers(config: ConfigKeeper) {
  return {
    getConfig: () => config.show(),
    updateConfig: ({ body }) => config.update(body),
  } satisfies Partial<Handlers>;
}
