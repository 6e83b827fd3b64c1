import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { killTree } from './kill-tree.js';
import { OutputCollector } from './output-collector.js';
import { waitForLine } from './wait-for-line.js';

/** How much of the output an error quotes, from its end. */
const shownCharacters = 4000;

/** How long an ended program's output may stay open before it counts as held by a child. */
const outputGraceMs = 100;

/** Options of {@link spawnProgram}. */
export interface SpawnProgramOptions {
  /** Added to this process's environment; `undefined` takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Working folder. Default: that of this process. */
  readonly cwd?: string;
}

/** How a program ended: one of the two is null. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running (or ended) program and what it has written. */
export interface SpawnedProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** A variable that all its children have in their environment; see {@link processesWithMarker}. */
  readonly marker: string;
  /** What came on stdout so far, as UTF-8; of very much output the newest 16 million characters. */
  readonly stdout: string;
  /** The same of stderr. */
  readonly stderr: string;
  /**
   * Resolves when the program itself has ended, whatever its children do, and its output has been
   * read; where children hold its output open, that is not waited for. Never rejects.
   */
  readonly exit: Promise<ProgramExit>;
  /**
   * Waits for a whole line on stdout or stderr, of those written already or later.
   *
   * @param options - `timeoutMs`: default 10000.
   * @returns The match, with its groups.
   * @throws Error when the time is over or the program ends first; it has the output so far.
   */
  waitForLine(pattern: RegExp, options?: { timeoutMs?: number }): Promise<RegExpMatchArray>;
  /** Sends a signal to the program alone (default SIGTERM) and resolves with its exit. */
  kill(signal?: NodeJS.Signals): Promise<ProgramExit>;
  /** Kills the program and all that it started, as disposing does. */
  killTree(): Promise<void>;
}

/**
 * Starts a program in a process group of its own and collects its output. Disposing of it kills
 * the program, its group, its descendants and, on Linux, also those that detached themselves:
 * everything inherits a marker in the environment.
 *
 * @throws Error when the program cannot be started, such as code `ENOENT`.
 *
 * @example
 * ```ts
 * await using server = await spawnProgram(fakeBackendPath('ready'), ['--port', String(port)]);
 * await server.waitForLine(/listening on/);
 * ```
 */
export async function spawnProgram(
  file: string,
  args: readonly string[] = [],
  { env = {}, cwd }: SpawnProgramOptions = {},
): Promise<SpawnedProgram> {
  const marker = `LLAMACTL_TESTKIT_PROGRAM_${randomUUID().replaceAll('-', '')}`;
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, [marker]: '1' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const program = new RunningProgram(child, marker);
  await once(child, 'spawn');
  return program;
}

class RunningProgram implements SpawnedProgram {
  readonly exit: Promise<ProgramExit>;
  readonly #closed: Promise<void>;
  readonly #stdout: OutputCollector;
  readonly #stderr: OutputCollector;

  constructor(
    readonly child: ChildProcessByStdio<null, Readable, Readable>,
    readonly marker: string,
  ) {
    this.#stdout = new OutputCollector(child.stdout);
    this.#stderr = new OutputCollector(child.stderr);
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()));
    const ended = new Promise<ProgramExit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.exit = ended.then(async (exit) => {
      await Promise.race([this.#closed, delay(outputGraceMs, undefined, { ref: false })]);
      return exit;
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get stdout(): string {
    return this.#stdout.text;
  }

  get stderr(): string {
    return this.#stderr.text;
  }

  waitForLine(pattern: RegExp, { timeoutMs = 10_000 } = {}): Promise<RegExpMatchArray> {
    const collectors = [this.#stdout, this.#stderr];
    const failure = (reason: string) =>
      new Error(
        `${this.child.spawnfile} wrote no line like ${pattern} ${reason}; it wrote:\n` +
          `${this.stdout}${this.stderr}`.slice(-shownCharacters),
      );
    return waitForLine({ collectors, pattern, timeoutMs, ended: this.#closed, failure });
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramExit> {
    this.child.kill(signal);
    return this.exit;
  }

  async killTree(): Promise<void> {
    killTree(this.pid, this.marker);
    await this.exit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.killTree();
  }
}
