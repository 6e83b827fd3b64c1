import { packageFile } from '../package-file.js';

const files = {
  ready: 'ready.mjs',
  'ready-after': 'ready-after.mjs',
  'never-ready': 'never-ready.mjs',
  'exits-early': 'exits-early.sh',
  'exits-zero': 'exits-zero.sh',
  'crashes-later': 'crashes-later.mjs',
  'ignores-sigterm': 'ignores-sigterm.mjs',
  'forks-children': 'forks-children.mjs',
  'floods-log': 'floods-log.mjs',
  'floods-log-while-loading': 'floods-log-while-loading.mjs',
  'long-lines': 'long-lines.mjs',
  'binary-log': 'binary-log.mjs',
  'wrong-port': 'wrong-port.mjs',
  'out-of-memory': 'out-of-memory.sh',
  'port-taken': 'port-taken.sh',
  levels: 'levels.mjs',
  daemonises: 'daemonises.mjs',
  'does-as-told': 'does-as-told.mjs',
  'answers-only-health': 'answers-only-health.mjs',
  'goes-silent': 'goes-silent.mjs',
  'works-deaf': 'works-deaf.mjs',
} as const;

/** The fake backends, each named after the one thing that it does. */
export type FakeBackendName = keyof typeof files;

/** All names that {@link fakeBackendPath} knows. */
export const fakeBackendNames = Object.keys(files) as readonly FakeBackendName[];

/**
 * The absolute path of an executable that takes llama-server's command line (`--host`, `--port`,
 * `-m`; anything else is ignored), answers `--help` and `--version`, logs to stderr in
 * llama-server's format and behaves as its name says. SIGTERM ends it with 0 unless the name says
 * otherwise. What each one does is in its first lines and in the package's README.
 *
 * They are scripts for POSIX systems; those in JavaScript take `node` from PATH.
 */
export function fakeBackendPath(name: FakeBackendName): string {
  return packageFile('fakes', files[name]);
}
