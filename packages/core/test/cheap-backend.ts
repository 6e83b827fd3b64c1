import type { Backend } from '../src/index.js';

/**
 * A backend that costs next to nothing: a shell that says it is ready and becomes `sleep`. It listens nowhere,
 * and is believed to be well.
 */
export function cheapBackend(): Backend {
  return {
    secretOptions: new Set(),
    check: async () => {},
    launch: async () => ({
      file: '/bin/sh',
      args: ['-c', 'echo ready; exec /bin/sleep 3600'],
      env: {},
    }),
    parseLine: (message) => ({ level: 'info', message, elapsedMs: null }),
    isReady: (message) => message === 'ready',
    probe: async () => 'ok',
    diagnose: () => ({ failure: 'crashed', reason: 'It ended.' }),
  };
}
