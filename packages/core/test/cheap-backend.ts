import type { Backend } from '../src/index.js';

/**
 * A backend that costs next to nothing: a shell that says it is ready and goes on with a program. It listens
 * nowhere, and is believed to be well.
 *
 * @param program - In sh; `$1` is the path of the model, `$2` the port. Default: waits for its end.
 */
export function cheapBackend(program = 'exec /bin/sleep 3600'): Backend {
  const asked = new Set<number>();
  return {
    secretOptions: new Set(),
    check: async () => {},
    launch: async ({ model_path }, { port }) => ({
      file: '/bin/sh',
      args: ['-c', `echo ready; ${program}`, 'sh', model_path, String(port)],
      env: {},
    }),
    parseLine: (message) => ({ level: 'info', message, elapsedMs: null }),
    isReady: (message) => message === 'ready',
    // Not at the first time, so that the line comes first, and nobody looks for whose socket answers.
    probe: async (_, port) => {
      if (asked.delete(port)) return 'ok';
      asked.add(port);
      return 'loading';
    },
    diagnose: () => ({ failure: 'crashed', reason: 'It ended.' }),
  };
}
