import type { Failure, InstanceDefinition } from '@llamactl/contract';
import type { StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import type { SerialQueue } from '../support/serial-queue.js';
import { type ActiveRun, spawnInstance, waitForRun } from './active-run.js';
import { emptyTree } from './empty-tree.js';
import { exitAsAsked, exitByItself } from './end-of-run.js';
import { failureOf } from './failure-of.js';
import type { InstanceContext } from './instance-context.js';
import type { InstanceState } from './instance-state.js';

/** Longest time that a backend which never got ready is given to end. */
const longestLoadingStopMs = 5_000;

/** Attempts to empty a tree while operations wait; a stop that was asked for goes on without end. */
const triesInTurn = 3;

const unkillable = ' Some of its processes could not be killed; they wait inside the kernel.';

/** What the runs of an instance work with. */
export interface RunCycleParts {
  readonly context: InstanceContext;
  readonly state: InstanceState;
  readonly log: InstanceLog;
  readonly logFile: string;
  /** The operations of the instance; what happens by itself waits its turn among them. */
  readonly queue: SerialQueue;
}

/** The runs of one instance, one after the other: spawn, ready or not, end. The state tells how far it is. */
export class RunCycle {
  readonly #parts: RunCycleParts;
  #active: ActiveRun | null = null;
  #stopped: Promise<void> = Promise.resolve();

  constructor(parts: RunCycleParts) {
    this.#parts = parts;
  }

  /** The run under way; null when there is no process. */
  get active(): ActiveRun | null {
    return this.#active;
  }

  /** Resolves when the stop that was begun last has ended. */
  get stopped(): Promise<void> {
    return this.#stopped;
  }

  /**
   * Starts a run; resolves when its process is there. A refusal that is the instance's own fault leaves it
   * failed. Call in turn, from `stopped` or `failed`.
   */
  async spawn(definition: InstanceDefinition): Promise<void> {
    const { context, log, logFile, queue, state } = this.#parts;
    let active: ActiveRun;
    try {
      active = await spawnInstance(context, definition, log, logFile);
    } catch (error) {
      this.#refuse(error);
      throw error;
    }
    this.#active = active;
    state.become('starting');
    void active.run.exited.then(() => queue.run(() => this.#afterExit(active)));
    void waitForRun(context, active, log).then(
      (readiness) => {
        if (readiness === 'ready') void queue.run(async () => this.#afterReady(active));
        if (readiness === 'timeout') void queue.run(() => this.#afterTimeout(active));
      },
      (error: unknown) => queue.run(() => this.#afterBreak(active, error)),
    );
  }

  /** Starts a run that nobody waits for: whatever refuses it leaves the instance failed. */
  async spawnUnasked(definition: InstanceDefinition): Promise<void> {
    const { state } = this.#parts;
    try {
      await this.spawn(definition);
    } catch (error) {
      if (state.status === 'stopped') this.#failToStart('crashed', reasonOf(error));
    }
  }

  /** Begins to stop the run under way, or hurries the stop. `then` is called when it is stopped. */
  beginStop(
    { timeoutMs = this.#parts.context.stopTimeoutMs, force = false }: StopOptions,
    then: () => void,
  ): void {
    const { context, log, state } = this.#parts;
    const active = this.#active;
    if (!active) return;
    active.cancelStart.abort();
    const cutConnections = () => context.stopHooks.run({ name: active.definition.name, timeoutMs });
    const emptied = emptyTree(active, context.host, { timeoutMs, force, cutConnections });
    if (state.status === 'stopping') return;
    state.become('stopping');
    this.#stopped = emptied.then(async () => {
      const lastExit = await exitAsAsked(active, log, 'It was stopped as asked.');
      this.#active = null;
      state.become('stopped', lastExit);
      then();
    });
  }

  #refuse(error: unknown): void {
    const failure = failureOf(error);
    if (failure) this.#failToStart(failure, reasonOf(error));
  }

  #failToStart(failure: Failure, reason: string): void {
    const { state } = this.#parts;
    state.become('starting');
    state.fail(failure, {
      code: null,
      signal: null,
      reason,
      at: new Date().toISOString(),
      log_tail: [],
    });
  }

  #afterReady(active: ActiveRun): void {
    if (this.#active !== active || this.#parts.state.status !== 'starting') return;
    active.stats = active.sampler.sample();
    this.#parts.state.become('running');
  }

  async #afterTimeout(active: ActiveRun): Promise<void> {
    const seconds = this.#parts.context.startupTimeoutMs / 1_000;
    const reason = `It was not ready within ${seconds} s and was stopped. Raise the start-up timeout for large models.`;
    await this.#giveUp(active, 'startup_timeout', reason);
  }

  /** The code of the backend that watches for readiness broke. */
  async #afterBreak(active: ActiveRun, error: unknown): Promise<void> {
    const reason = `It was stopped because it could not be watched: ${reasonOf(error)}`;
    await this.#giveUp(active, 'crashed', reason);
  }

  /** Ends a run that never got ready. */
  async #giveUp(active: ActiveRun, failure: Failure, reason: string): Promise<void> {
    const { context, log, state } = this.#parts;
    if (this.#active !== active || state.status !== 'starting') return;
    const timeoutMs = Math.min(context.stopTimeoutMs, longestLoadingStopMs);
    const isEmpty = await emptyTree(active, context.host, { timeoutMs }, triesInTurn);
    const lastExit = await exitAsAsked(active, log, isEmpty ? reason : reason + unkillable);
    this.#active = null;
    state.fail(failure, lastExit);
  }

  /** The process ended by itself: what is left of its tree goes too, then the state tells why. */
  async #afterExit(active: ActiveRun): Promise<void> {
    const { context, log, state } = this.#parts;
    if (this.#active !== active || state.status === 'stopping') return;
    const wasRunning = state.status === 'running';
    const isEmpty = await emptyTree(
      active,
      context.host,
      { force: true, timeoutMs: 0 },
      triesInTurn,
    );
    const { lastExit, failure } = await exitByItself(active, log, wasRunning);
    this.#active = null;
    if (!isEmpty) lastExit.reason += unkillable;
    if (failure || !isEmpty) state.fail(failure ?? 'crashed', lastExit);
    else state.become('stopped', lastExit);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
