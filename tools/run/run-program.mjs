import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { binDir, root } from './paths.mjs';

const graceMs = 5_000;
const ownGroup = process.platform !== 'win32';

/** A program that ended with something else than 0. */
export class ProgramFailed extends Error {
  /** @override */
  name = 'ProgramFailed';
}

/**
 * @typedef {object} ProgramOptions
 * @property {string} [cwd] Default: the root of the repository.
 * @property {NodeJS.ProcessEnv} [env] Variables beside those of this process; undefined takes one out.
 * @property {AbortSignal} [signal] Ends the program and everything it started.
 * @property {boolean} [capture] Returns what it writes to stdout instead of showing it.
 * @property {boolean} [quiet] Shows what it writes only when it fails.
 */

/**
 * Runs a program to its end and returns what it wrote to stdout (with `capture` or `quiet`). It leads a process group of its
 * own, so that an abort ends its children too.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {ProgramOptions} [options]
 * @returns {Promise<string>}
 */
export async function runProgram(file, args, options = {}) {
  const { cwd = root, env, signal, capture = false, quiet = false } = options;
  signal?.throwIfAborted();
  const child = spawn(file, args, {
    cwd,
    env: environment(env),
    detached: ownGroup,
    stdio: ['ignore', capture || quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    // npm's and pnpm's executables are shell files on Windows.
    shell: !ownGroup && !file.includes('\\'),
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
  const letGo = endOnAbort(child, signal);
  try {
    const how = await ended(child);
    signal?.throwIfAborted();
    if (how === 0) return stdout?.() ?? '';
    if (quiet) process.stderr.write(`${stdout?.()}${stderr?.()}`);
    throw new ProgramFailed(`\`${[file, ...args].join(' ')}\` ended with ${how}`);
  } finally {
    letGo();
  }
}

/**
 * This process's environment with the repository's executables in PATH: turbo looks for pnpm there.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(extra = {}) {
  return {
    ...process.env,
    PATH: [binDir, process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    // Some tools colour their output whenever CI is set, and escape codes make a log unreadable.
    ...(!process.stdout.isTTY && { NO_COLOR: '1' }),
    ...extra,
  };
}

/**
 * Sends a signal to a program started with `detached` and to all that it started.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} name
 */
export function signalGroup(child, name) {
  if (child.pid === undefined) return;
  try {
    process.kill(ownGroup ? -child.pid : child.pid, name);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {AbortSignal | undefined} signal
 */
function endOnAbort(child, signal) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const end = () => {
    signalGroup(child, 'SIGTERM');
    timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  };
  signal?.addEventListener('abort', end, { once: true });
  return () => {
    signal?.removeEventListener('abort', end);
    clearTimeout(timer);
    // The leader is gone; whoever of its group lives on has nobody to answer to.
    if (signal?.aborted) signalGroup(child, 'SIGKILL');
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number | NodeJS.Signals | null>}
 */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}

/**
 * Collects what a stream brings; the returned function gives what came so far.
 * @param {import('node:stream').Readable | null} stream
 */
function collect(stream) {
  let text = '';
  stream?.setEncoding('utf8').on('data', (/** @type {string} */ more) => {
    text += more;
  });
  return () => text;
}
