import type {
  Instance,
  InstanceDefinition,
  InstanceDetails,
  InstanceHealth,
  InstanceStatus,
} from '@llamactl/contract';
import type { StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import type { ProcessInfo } from '../process/process-table.js';
import { createSerialQueue } from '../support/serial-queue.js';
import { type ActiveRun, spawnInstance, waitForRun } from './active-run.js';
import { checkHealth } from './check-health.js';
import { startsAlike } from './definition.js';
import { emptyTree } from './empty-tree.js';
import { exitAsAsked, exitByItself } from './end-of-run.js';
import type { InstanceContext } from './instance-context.js';
import { instanceNotFound, stateConflict } from './instance-errors.js';
import { InstanceState } from './instance-state.js';
import { openLogOf } from './open-log-of.js';

/** Longest time that a backend which never got ready is given to end. */
const longestLoadingStopMs = 5_000;

/**
 * One instance: its definition, its state and, while it has one, its process. Operations wait for each
 * other; what takes long (loading, stopping) goes on after the operation has answered, and the state tells.
 */
export class SupervisedInstance {
  readonly log: InstanceLog;
  readonly #context: InstanceContext;
  readonly #state: InstanceState;
  readonly #logFile: string;
  readonly #queue = createSerialQueue();
  #stopping: Promise<void> | null = null;
  #startAfterStop = false;
  #removed = false;

  constructor(definition: InstanceDefinition, context: InstanceContext) {
    this.#state = new InstanceState(definition, context);
    this.#context = context;
    const { log, logFile } = openLogOf(this.#state, context);
    this.log = log;
    this.#logFile = logFile;
  }

  get name(): string {
    return this.#state.name;
  }

  get status(): InstanceStatus {
    return this.#state.status;
  }

  /** Whether it has no process and could be started. */
  get isIdle(): boolean {
    return this.status === 'stopped' || this.status === 'failed';
  }

  view(): Instance {
    return this.#state.view();
  }

  details(): InstanceDetails {
    return this.#state.details();
  }

  start(): Promise<Instance> {
    return this.#enqueue(async () => {
      if (this.status === 'running') throw stateConflict('INSTANCE_ALREADY_RUNNING', this.name);
      if (this.status === 'stopping') throw stateConflict('INSTANCE_STOPPING', this.name);
      if (this.status !== 'starting') await this.#spawn();
      return this.view();
    });
  }

  /** Starts it if it is stopped or failed when its turn comes; returns whether it did. */
  startIfIdle(): Promise<boolean> {
    return this.#enqueue(async () => {
      if (!this.isIdle) return false;
      await this.#spawn();
      return true;
    });
  }

  stop(options: StopOptions = {}): Promise<Instance> {
    return this.#enqueue(async () => {
      const startFollows = this.#startAfterStop;
      if (this.status === 'stopped' && !startFollows)
        throw stateConflict('INSTANCE_NOT_RUNNING', this.name);
      if (this.status === 'failed') this.#state.transition('stopped');
      this.#beginStop(options);
      return this.view();
    });
  }

  /** Begins to stop it if it has a process when its turn comes; returns whether it has. */
  stopIfActive(options: StopOptions = {}): Promise<boolean> {
    return this.#enqueue(async () => {
      const isActive = this.#state.active !== null;
      this.#beginStop(options);
      return isActive;
    });
  }

  restart(): Promise<Instance> {
    return this.#enqueue(async () => {
      if (this.isIdle) {
        await this.#spawn();
      } else {
        if (this.status !== 'stopping') this.#beginStop({});
        this.#startAfterStop = true;
      }
      return this.view();
    });
  }

  /** Replaces the definition, once it is stored. */
  update(
    change: (old: InstanceDefinition) => Promise<InstanceDefinition>,
  ): Promise<{ instance: Instance; restart_required: boolean }> {
    return this.#enqueue(async () => {
      const state = this.#state;
      state.definition = await change(state.definition);
      const instance = this.view();
      this.#context.events.emit('instance_updated', { instance });
      const restartRequired =
        state.active !== null && !startsAlike(state.active.definition, state.definition);
      return { instance, restart_required: restartRequired };
    });
  }

  /**
   * Forgets the instance: `forget` removes the definition, then its files go. `onGone` is called once
   * nothing of it is left, so that another one may have its name.
   */
  remove(forget: () => Promise<void>, onGone: () => void): Promise<void> {
    return this.#enqueue(async () => {
      if (!this.isIdle) throw stateConflict('INSTANCE_NOT_STOPPED', this.name);
      await forget();
      this.#removed = true;
      try {
        await this.log.remove();
      } finally {
        onGone();
      }
    });
  }

  health(): Promise<InstanceHealth> {
    return checkHealth(this.status, this.#state.healthTarget());
  }

  /** Takes new figures of a running instance out of a look at all processes. */
  sample(table: readonly ProcessInfo[]): void {
    const { active } = this.#state;
    if (this.status !== 'running' || !active) return;
    active.stats = active.sampler.sample(table);
    this.#context.events.emit('instance_stats_updated', { instance: this.details() });
  }

  /** Stops it, whatever its state, and lets go of its log. */
  async dispose(options: StopOptions = {}): Promise<void> {
    await this.#queue.run(async () => this.#beginStop(options));
    await this.#stopping;
    await this.#queue.idle();
    await this.log.close();
  }

  async #spawn(): Promise<void> {
    const state = this.#state;
    let active: ActiveRun;
    try {
      active = await spawnInstance(this.#context, state.definition, this.log, this.#logFile);
    } catch (error) {
      state.refuseStart(error);
      throw error;
    }
    state.active = active;
    state.transition('starting');
    void active.run.exited.then(() => this.#queue.run(() => this.#afterExit(active)));
    void waitForRun(this.#context, active, this.log).then((readiness) => {
      if (readiness === 'ready') void this.#queue.run(async () => this.#afterReady(active));
      if (readiness === 'timeout') void this.#queue.run(() => this.#afterStartupTimeout(active));
    });
  }

  #afterReady(active: ActiveRun): void {
    if (this.#state.active !== active || this.status !== 'starting') return;
    active.stats = active.sampler.sample();
    this.#state.transition('running');
  }

  async #afterStartupTimeout(active: ActiveRun): Promise<void> {
    if (this.#state.active !== active || this.status !== 'starting') return;
    await emptyTree(active, this.#context.host, {
      timeoutMs: Math.min(this.#context.stopTimeoutMs, longestLoadingStopMs),
    });
    const seconds = this.#context.startupTimeoutMs / 1_000;
    const reason = `It was not ready within ${seconds} s and was stopped. Raise the start-up timeout for large models.`;
    this.#state.release(active, await exitAsAsked(active, this.log, reason));
    this.#state.fail('startup_timeout');
  }

  /** The process ended by itself: what is left of its tree goes too, then the state tells why. */
  async #afterExit(active: ActiveRun): Promise<void> {
    if (this.#state.active !== active || this.status === 'stopping') return;
    const wasRunning = this.status === 'running';
    await emptyTree(active, this.#context.host, { force: true, timeoutMs: 0 });
    const { lastExit, failure } = await exitByItself(active, this.log, wasRunning);
    this.#state.release(active, lastExit);
    if (failure) this.#state.fail(failure);
    else this.#state.transition('stopped');
  }

  /** Also calls off a start that was to follow. */
  #beginStop({ timeoutMs = this.#context.stopTimeoutMs, force = false }: StopOptions): void {
    this.#startAfterStop = false;
    const { active } = this.#state;
    if (!active) return;
    active.cancelStart.abort();
    const emptied = emptyTree(active, this.#context.host, { timeoutMs, force });
    if (this.status === 'stopping') return;
    this.#state.transition('stopping');
    this.#stopping = emptied.then(async () => {
      const lastExit = await exitAsAsked(active, this.log, 'It was stopped as asked.');
      this.#state.release(active, lastExit);
      this.#state.transition('stopped');
      // A restart that cannot start leaves the instance failed, with the reason.
      if (this.#startAfterStop) this.#startAgain().catch(() => undefined);
    });
  }

  /** Starts it unless a stop came first. */
  #startAgain(): Promise<void> {
    return this.#enqueue(async () => {
      if (!this.#startAfterStop) return;
      this.#startAfterStop = false;
      if (this.isIdle) await this.#spawn();
    });
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => {
      if (this.#removed) throw instanceNotFound(this.name);
      return task();
    });
  }
}
