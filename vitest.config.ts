import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import ClosingLineReporter from './tools/closing-line-reporter.ts';

const secretWatch = fileURLToPath(new URL('tools/secret-watch/setup.ts', import.meta.url));
const source = ['@llamactl/source'];
const projects = [
  'packages/contract',
  'packages/core',
  'packages/server',
  'packages/client',
  'packages/testkit',
  'apps/cli',
  'tools',
  'e2e',
];

/** Projects with tests of types; for the others the compiler would run in vain. */
const hasTypeTests = new Set(['packages/client']);
/** Projects whose tests run servers of ours: no secret may come out of one. */
const isWatched = new Set(['packages/server', 'packages/client', 'apps/cli', 'e2e']);

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    reporters: ['default', new ClosingLineReporter()],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // A busy machine can break a test that is right; the closing lines name each that needed it. See also run-tests.mjs.
    retry: process.env.CI ? 1 : 0,
    // One process runs many files and loads what they share once: a third less work for the whole. What a test
    // changes of its process (environment, listeners, umask) it has to put back.
    isolate: false,
    // Most of them wait for processes and sockets, so that more than one for each core pays.
    maxWorkers: availableParallelism() + 2,
    projects: projects.map((root) => ({
      extends: true,
      test: {
        name: root.split('/').at(-1) ?? root,
        root,
        include: ['test/**/*.test.ts'],
        setupFiles: isWatched.has(root) ? [secretWatch] : [],
        typecheck: {
          enabled: hasTypeTests.has(root),
          tsconfig: './tsconfig.json',
          include: ['test/**/*.test-d.ts'],
        },
      },
    })),
  },
});
