import { spawn } from 'node:child_process';
import { root } from './paths.mjs';
import { environment, signalGroup } from './run-program.mjs';

/** A program that runs beside this one until it is stopped. */
export class BackgroundProgram {
  #child;
  #output = '';

  /**
   * Starts it in a process group of its own: a Ctrl-C in the terminal then reaches this program alone, which stops
   * the other one in order.
   * @param {string} file
   * @param {readonly string[]} args
   * @param {NodeJS.ProcessEnv} [env] variables beside those of this process; undefined takes one out
   */
  constructor(file, args, env = {}) {
    this.#child = spawn(file, args, {
      cwd: root,
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        this.#output += text;
      });
    }
    /**
     * How it ended: an exit code, a signal, or why it could not be started. Never rejects.
     * @type {Promise<string>}
     */
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(`${code ?? signal}`));
    });
  }

  /** Undefined when it could not be started. */
  get pid() {
    return this.#child.pid;
  }

  /** What it wrote so far. */
  get output() {
    return this.#output;
  }

  /**
   * Waits for something in its output.
   * @param {RegExp} pattern
   * @param {{ timeoutMs: number, signal?: AbortSignal | undefined }} options
   * @returns {Promise<RegExpExecArray>}
   * @throws Error when it ends first or the time is over, with the output; the reason of `signal` on abort
   */
  async waitForOutput(pattern, { timeoutMs, signal }) {
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    let end = '';
    void this.ended.then((how) => {
      end = `ended with ${how}`;
    });
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      signal?.throwIfAborted();
      if (deadline.aborted) end = `was not ready within ${timeoutMs / 1000} s`;
      if (end !== '') throw new Error(`${end}; it wrote:\n${this.#output.trim()}`);
      await this.#somethingHappens(either);
    }
  }

  /**
   * Ends it with SIGTERM, or with SIGKILL when that takes longer than `graceMs`.
   * @param {number} [graceMs]
   */
  async stop(graceMs = 10_000) {
    signalGroup(this.#child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(this.#child, 'SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  /**
   * Resolves at the next output, at the end, or on abort.
   * @param {AbortSignal} signal
   */
  async #somethingHappens(signal) {
    const { stdout, stderr } = this.#child;
    const letGo = new AbortController();
    await Promise.race([
      ...[stdout, stderr].map((stream) => emitted(stream, 'data', letGo.signal)),
      emitted(signal, 'abort', letGo.signal),
      this.ended,
    ]);
    letGo.abort();
  }
}

/**
 * @param {import('node:events').EventEmitter | AbortSignal} source
 * @param {string} event
 * @param {AbortSignal} letGo stops listening
 * @returns {Promise<void>}
 */
function emitted(source, event, letGo) {
  return new Promise((resolve) => {
    const done = () => resolve();
    if (source instanceof AbortSignal) {
      source.addEventListener(event, done, { once: true, signal: letGo });
    } else {
      source.once(event, done);
      letGo.addEventListener('abort', () => source.off(event, done), { once: true });
    }
  });
}
