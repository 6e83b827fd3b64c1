import { rm } from 'node:fs/promises';
import { LlamactlError } from '@llamactl/contract';
import { stallOf } from '../support/fair-timer.js';
import { longestDelayMs } from '../support/timer-delay.js';
import { identityOf, isSameProcess } from './identity.js';
import type { ProcessInfo } from './process-table.js';
import { isResourceShortage } from './resource-shortage.js';
import type { Run } from './run.js';
import { createRunTree, type RunTree } from './run-tree.js';
import { sendGroupSignal, sendSignal } from './send-signal.js';
import type { Stopper, StopReport, StopRunOptions, StopStep } from './stop-run.js';

/** From cutting connections to SIGTERM: llama-server then ends in 5 ms, where it else may take seconds. */
const cutSettleMs = 25;
const secondTermMs = 3000;
/** What children get after the backend itself has ended. */
const childGraceMs = 500;
/** From when on SIGKILL goes to the group as a whole, for one that forks faster than we look. */
const groupKillMs = 300;
/** What SIGKILL gets to work; only a process in an uninterruptible wait of the kernel takes longer. */
const killGraceMs = 800;
/** What the shim gets to write down the end, and again to reap the guard. */
const shimGraceMs = 100;
const shortestPauseMs = 2;
const longestPauseMs = 50;

/** The steps of a stop, one after the other. Between two looks it sleeps, unless something wakes it. */
export class StopSequence implements Stopper {
  readonly #run: Run;
  readonly #tree: RunTree;
  #killAt = Number.POSITIVE_INFINITY;
  /** When it looks again at the latest, unless the event loop stands still. */
  #looksBy = Number.POSITIVE_INFINITY;
  #report: Promise<StopReport> | undefined;
  #wake = () => {};

  constructor(run: Run) {
    this.#run = run;
    this.#tree = createRunTree(run);
  }

  stop(options: StopRunOptions): Promise<StopReport> {
    const killAt = performance.now() + (options.force ? 0 : options.timeoutMs);
    this.#killAt = Math.min(this.#killAt, killAt);
    this.#report ??= this.#stop(options);
    this.#wake();
    return this.#report;
  }

  async #stop(options: StopRunOptions): Promise<StopReport> {
    const startedAt = performance.now();
    this.#looksBy = startedAt;
    // The watch of the exit keeps no app alive; whoever waits for a stop may wait for `exited` after it.
    const keepAlive = setInterval(() => {}, longestDelayMs);
    this.#run.exited.then(() => {
      clearInterval(keepAlive);
      this.#wake();
    });
    try {
      // One look at the backend spares one at all processes.
      const isGone = this.#unlessShort(() => !this.#isAlive() && this.#isEmpty());
      const step = isGone ? 'gone' : await this.#end(options);
      await this.#tidy();
      return { step, durationMs: Math.round(performance.now() - startedAt) };
    } catch (error) {
      clearInterval(keepAlive);
      throw error;
    }
  }

  async #end(options: StopRunOptions): Promise<StopStep> {
    const isAlive = this.#unlessShort(() => this.#isAlive());
    const isOver = isAlive ? () => !this.#isAlive() : () => this.#isEmpty();
    const step = await this.#ask(options, isOver);
    const graceEndsAt = performance.now() + childGraceMs;
    const isEmpty =
      step !== 'kill' &&
      (await this.#until(
        () => this.#isEmpty(),
        () => Math.min(graceEndsAt, this.#killAt),
      ));
    if (!isEmpty) await this.#kill();
    return step;
  }

  /** Asks the run to end, twice if need be. */
  async #ask(options: StopRunOptions, isOver: () => boolean): Promise<StopStep> {
    await this.#cut(options.cutConnections);
    if (performance.now() >= this.#killAt) return 'kill';
    this.#unlessShort(() => this.#terminate());
    const secondAt = performance.now() + (options.secondTermAfterMs ?? secondTermMs);
    if (await this.#until(isOver, () => Math.min(secondAt, this.#killAt))) return 'term';
    if (performance.now() >= this.#killAt) return 'kill';
    this.#unlessShort(() => this.#terminate());
    return (await this.#until(isOver, () => this.#killAt)) ? 'second_term' : 'kill';
  }

  async #cut(cutConnections: StopRunOptions['cutConnections']): Promise<void> {
    if (cutConnections === undefined) return;
    let isCut = false;
    const done = () => {
      isCut = true;
      this.#wake();
    };
    // Whether it worked or not, the run is to end.
    Promise.resolve().then(cutConnections).then(done, done);
    await this.#until(
      () => isCut,
      () => this.#killAt,
    );
    const settledAt = performance.now() + cutSettleMs;
    await this.#until(
      () => false,
      () => Math.min(settledAt, this.#killAt),
    );
  }

  #terminate(): void {
    const reachesGroup = sendGroupSignal(this.#run, 'SIGTERM');
    for (const entry of this.#tree.scan().members) {
      const isReached = reachesGroup && entry.pgid === this.#run.shim.pid;
      if (!isReached) sendSignal(identityOf(entry), 'SIGTERM');
      // One that is stopped acts on it only when it goes on.
      if (entry.state === 'T') sendSignal(identityOf(entry), 'SIGCONT');
    }
  }

  async #kill(): Promise<void> {
    const startedAt = performance.now();
    const isEmpty = await this.#until(
      () => {
        const { members } = this.#tree.scan();
        for (const entry of members) sendSignal(identityOf(entry), 'SIGKILL');
        // Not before: it takes the shim too, and so the record of how the backend ended.
        const isLate = performance.now() - startedAt > groupKillMs;
        if (isLate && members.length > 0) sendGroupSignal(this.#run, 'SIGKILL');
        return members.length === 0;
      },
      () => startedAt + killGraceMs,
    );
    if (isEmpty) return;
    const left = this.#unlessShort(() => this.#tree.scan().members);
    // The last of them may have gone just now.
    if (left?.length !== 0) throw unkillable(this.#run.instance, left ?? []);
  }

  /** Waits for the shim to write down the end, then ends the helpers; removes the files of a tied run. */
  async #tidy(): Promise<void> {
    const run = this.#run;
    let isKnown = false;
    run.exited.then(() => {
      isKnown = true;
      this.#wake();
    });
    await this.#untilSoon(() => isKnown);
    const { guard, shim } = run;
    if (guard !== null) this.#unlessShort(() => sendSignal(guard, 'SIGKILL'));
    await this.#untilSoon(() => !isSameProcess(shim));
    this.#unlessShort(() => sendSignal(shim, 'SIGKILL'));
    if (guard !== null) await rm(run.runDir, { recursive: true, force: true });
  }

  #untilSoon(condition: () => boolean): Promise<boolean> {
    const endsAt = performance.now() + shimGraceMs;
    return this.#until(condition, () => endsAt);
  }

  /** Runs something that looks at processes; when the system has nothing left to do so, the next look counts. */
  #unlessShort<T>(look: () => T): T | undefined {
    try {
      return look();
    } catch (error) {
      if (isResourceShortage(error)) return undefined;
      throw error;
    }
  }

  #isAlive(): boolean {
    return isSameProcess(this.#run.identity);
  }

  #isEmpty(): boolean {
    return this.#tree.scan().members.length === 0;
  }

  /** Waits for a condition; false when the time came first, which is looked at second, after a stall too. */
  async #until(condition: () => boolean, endsAt: () => number): Promise<boolean> {
    let pauseMs = shortestPauseMs;
    for (;;) {
      this.#forgiveStall();
      if (this.#unlessShort(condition)) return true;
      const now = performance.now();
      const leftMs = endsAt() - now;
      if (leftMs <= 0) return false;
      const durationMs = Math.min(leftMs, pauseMs);
      this.#looksBy = now + durationMs;
      await this.#pause(durationMs);
      pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
    }
  }

  /** While the event loop stood still nobody could see an end, so that time does not count. */
  #forgiveStall(): void {
    const now = performance.now();
    this.#killAt += stallOf(now - this.#looksBy);
    this.#looksBy = now;
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function unkillable(instance: string, left: readonly ProcessInfo[]): LlamactlError {
  if (left.length === 0) {
    const message = `The processes of instance "${instance}" cannot be looked at`;
    const details = 'Too many files are open; raise the limit (ulimit -n), then stop it again.';
    return new LlamactlError('RESOURCE_EXHAUSTED', message, { details });
  }
  const which = left.map(({ pid, state }) => `${pid} (state ${state})`).join(', ');
  const message = `Processes of instance "${instance}" cannot be killed: ${which}`;
  const details =
    'One in state D waits for a disk or driver and ends when that answers; else the rights to signal it are missing.';
  return new LlamactlError('INTERNAL_ERROR', message, { details });
}
