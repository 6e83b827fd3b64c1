import { join } from 'node:path';
import {
  type Failure,
  type Instance,
  type InstanceDefinition,
  type InstanceDetails,
  type InstanceHealth,
  type InstanceStatus,
  type LastExit,
  LlamactlError,
  type LogEntry,
  type LogQuery,
} from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';
import type { StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { openInstanceLog } from '../logs/open-instance-log.js';
import { isSameProcess } from '../process/identity.js';
import { pauseGroup } from '../process/pause-group.js';
import type { ProcessInfo } from '../process/process-table.js';
import { createSerialQueue } from '../support/serial-queue.js';
import { type ActiveRun, spawnInstance, waitForRun } from './active-run.js';
import { checkHealth } from './check-health.js';
import { maskedDefinition, startsAlike } from './definition.js';
import { emptyTree } from './empty-tree.js';
import { exitAsAsked, exitByItself } from './end-of-run.js';
import { failureOf } from './failure-of.js';
import type { InstanceContext } from './instance-context.js';
import { instanceNotFound, stateConflict } from './instance-errors.js';
import { canTransition } from './state-machine.js';

/** Lines that `logs` gives unless asked for another number. */
const defaultLogLines = 100;

/** Longest time that a backend which never got ready is given to end. */
const longestLoadingStopMs = 5_000;

/**
 * One instance: its definition, its state and, while it has one, its process. Operations wait for each
 * other; what takes long (loading, stopping) goes on after the operation has answered, and the state tells.
 */
export class SupervisedInstance {
  readonly #context: InstanceContext;
  readonly #log: InstanceLog;
  readonly #logFile: string;
  readonly #queue = createSerialQueue();
  #definition: InstanceDefinition;
  #status: InstanceStatus = 'stopped';
  #failure: Failure | null = null;
  #lastExit: LastExit | null = null;
  #active: ActiveRun | null = null;
  #stopping: Promise<void> | null = null;
  #startAfterStop = false;
  #removed = false;

  constructor(definition: InstanceDefinition, context: InstanceContext) {
    this.#definition = definition;
    this.#context = context;
    const key = definition.name.toLowerCase();
    this.#logFile = join(context.logsDir, `${key}.log`);
    this.#log = openInstanceLog({
      file: this.#logFile,
      maxFileBytes: context.maxLogFileBytes,
      maxFiles: context.maxLogFiles,
      parseLine: (line) => this.#parseLine(line),
      pauseWriters: async () => (this.#active ? pauseGroup(this.#active.run) : null),
    });
  }

  get definition(): InstanceDefinition {
    return this.#definition;
  }

  /** The instance as answers show it. */
  view(): Instance {
    const backend = this.#context.backends[this.#definition.backend];
    return {
      ...maskedDefinition(this.#definition, backend?.secretOptions ?? new Set()),
      status: this.#status,
      pid: this.#active?.run.pid ?? null,
      failure: this.#failure,
      last_exit: this.#lastExit,
    };
  }

  details(): InstanceDetails {
    return {
      ...this.view(),
      stats: this.#status === 'running' ? (this.#active?.stats ?? null) : null,
    };
  }

  start(): Promise<Instance> {
    return this.#enqueue(async () => {
      if (this.#status === 'running')
        throw stateConflict('INSTANCE_ALREADY_RUNNING', this.#definition.name);
      if (this.#status === 'stopping')
        throw stateConflict('INSTANCE_STOPPING', this.#definition.name);
      if (this.#status !== 'starting') await this.#spawn();
      return this.view();
    });
  }

  stop(options: StopOptions = {}): Promise<Instance> {
    return this.#enqueue(async () => {
      this.#startAfterStop = false;
      if (this.#status === 'stopped')
        throw stateConflict('INSTANCE_NOT_RUNNING', this.#definition.name);
      if (this.#status === 'failed') this.#transition('stopped');
      else this.#beginStop(options);
      return this.view();
    });
  }

  restart(): Promise<Instance> {
    return this.#enqueue(async () => {
      if (this.#status === 'stopped' || this.#status === 'failed') {
        await this.#spawn();
      } else {
        this.#startAfterStop = true;
        if (this.#status !== 'stopping') this.#beginStop({});
      }
      return this.view();
    });
  }

  /** Replaces the definition, once it is stored. */
  update(
    change: (old: InstanceDefinition) => Promise<InstanceDefinition>,
  ): Promise<{ instance: Instance; restart_required: boolean }> {
    return this.#enqueue(async () => {
      this.#definition = await change(this.#definition);
      const instance = this.view();
      this.#context.events.emit('instance_updated', { instance });
      const restartRequired =
        this.#active !== null && !startsAlike(this.#active.definition, this.#definition);
      return { instance, restart_required: restartRequired };
    });
  }

  /** Forgets the instance: `forget` removes the definition, then its files go. */
  remove(forget: () => Promise<void>): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#status !== 'stopped' && this.#status !== 'failed') {
        throw stateConflict('INSTANCE_NOT_STOPPED', this.#definition.name);
      }
      await forget();
      this.#removed = true;
      await this.#log.remove();
    });
  }

  health(): Promise<InstanceHealth> {
    const active = this.#active;
    return checkHealth(
      this.#status,
      active && {
        backend: active.backend,
        host: this.#context.host,
        port: active.port,
        isAlive: () => isSameProcess(active.run.identity),
      },
    );
  }

  logs({ lines = defaultLogLines, level }: LogQuery = {}): Promise<LogEntry[]> {
    return this.#log.read(lines, level);
  }

  get isRunning(): boolean {
    return this.#status === 'running';
  }

  /** Takes new figures of a running instance out of a look at all processes. */
  sample(table: readonly ProcessInfo[]): void {
    if (!this.isRunning || !this.#active) return;
    this.#active.stats = this.#active.sampler.sample(table);
    this.#context.events.emit('instance_stats_updated', { instance: this.details() });
  }

  /** Stops it, whatever its state, and lets go of its log. */
  async dispose(options: StopOptions = {}): Promise<void> {
    await this.#queue.run(async () => {
      this.#startAfterStop = false;
      if (this.#active) this.#beginStop(options);
    });
    await this.#stopping;
    await this.#queue.idle();
    await this.#log.close();
  }

  async #spawn(): Promise<void> {
    let active: ActiveRun;
    try {
      active = await spawnInstance(this.#context, this.#definition, this.#log, this.#logFile);
    } catch (error) {
      const failure = failureOf(error);
      if (failure) this.#failToStart(failure, (error as LlamactlError).message);
      throw error;
    }
    this.#active = active;
    this.#failure = null;
    this.#transition('starting');
    void active.run.exited.then(() => this.#queue.run(() => this.#afterExit(active)));
    void waitForRun(this.#context, active, this.#log).then((readiness) => {
      if (readiness === 'ready') void this.#queue.run(async () => this.#afterReady(active));
      if (readiness === 'timeout') void this.#queue.run(() => this.#afterStartupTimeout(active));
    });
  }

  #failToStart(failure: Failure, reason: string): void {
    this.#transition('starting');
    this.#lastExit = {
      code: null,
      signal: null,
      reason,
      at: new Date().toISOString(),
      log_tail: [],
    };
    this.#fail(failure);
  }

  #afterReady(active: ActiveRun): void {
    if (this.#active !== active || this.#status !== 'starting') return;
    active.stats = active.sampler.sample();
    this.#transition('running');
  }

  async #afterStartupTimeout(active: ActiveRun): Promise<void> {
    if (this.#active !== active || this.#status !== 'starting') return;
    await emptyTree(active, this.#context.host, {
      timeoutMs: Math.min(this.#context.stopTimeoutMs, longestLoadingStopMs),
    });
    const seconds = this.#context.startupTimeoutMs / 1_000;
    const reason = `It was not ready within ${seconds} s and was stopped. Raise the start-up timeout for large models.`;
    this.#lastExit = await exitAsAsked(active, this.#log, reason);
    this.#release(active);
    this.#fail('startup_timeout');
  }

  /** The process ended by itself: what is left of its tree goes too, then the state tells why. */
  async #afterExit(active: ActiveRun): Promise<void> {
    if (this.#active !== active || this.#status === 'stopping') return;
    const wasRunning = this.#status === 'running';
    await emptyTree(active, this.#context.host, { force: true, timeoutMs: 0 });
    const { lastExit, failure } = await exitByItself(active, this.#log, wasRunning);
    this.#lastExit = lastExit;
    this.#release(active);
    if (failure) this.#fail(failure);
    else this.#transition('stopped');
  }

  #beginStop({ timeoutMs = this.#context.stopTimeoutMs, force = false }: StopOptions): void {
    const active = this.#active;
    if (!active) return;
    active.cancelStart.abort();
    const emptied = emptyTree(active, this.#context.host, { timeoutMs, force });
    if (this.#status === 'stopping') return;
    this.#transition('stopping');
    this.#stopping = emptied.then(async () => {
      this.#lastExit = await exitAsAsked(active, this.#log, 'It was stopped as asked.');
      this.#release(active);
      this.#transition('stopped');
      // A restart that cannot start leaves the instance failed, with the reason.
      if (this.#startAfterStop) this.start().catch(() => undefined);
    });
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.#transition('failed');
  }

  #release(active: ActiveRun): void {
    this.#active = null;
    if (active.port !== this.#definition.port) {
      this.#context.ports.release(active.port, this.#definition.name);
    }
  }

  /** The one place where the state changes: table, then field, then event. */
  #transition(to: InstanceStatus): void {
    const previous = this.#status;
    if (!canTransition(previous, to)) {
      throw new LlamactlError('INTERNAL_ERROR', `An instance cannot go from ${previous} to ${to}`);
    }
    this.#status = to;
    if (to !== 'failed') this.#failure = null;
    this.#context.events.emit('instance_status_changed', {
      instance: this.view(),
      previous_status: previous,
    });
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => {
      if (this.#removed) throw instanceNotFound(this.#definition.name);
      return task();
    });
  }

  #parseLine(line: string): ParsedLine {
    const backend = this.#active?.backend ?? this.#context.backends[this.#definition.backend];
    return backend?.parseLine(line) ?? { level: 'info', message: line, elapsedMs: null };
  }
}
