import { rm } from 'node:fs/promises';
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
import type { StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { openInstanceLog } from '../logs/open-instance-log.js';
import { isSameProcess } from '../process/identity.js';
import { pauseGroup } from '../process/pause-group.js';
import { createSerialQueue } from '../support/serial-queue.js';
import { type ActiveRun, spawnInstance, waitForRun } from './active-run.js';
import { checkHealth } from './check-health.js';
import { maskedDefinition, startsAlike } from './definition.js';
import { endOfRun, logTail } from './end-of-run.js';
import { failureOf } from './failure-of.js';
import { backendNamed, type InstanceContext } from './instance-context.js';
import { canTransition } from './state-machine.js';

/** Lines that are kept with an exit. */
const defaultLogLines = 100;

/**
 * One instance: its definition, its state and, while it has one, its process. Operations wait for each
 * other; what takes long (loading, stopping) goes on after the operation has answered, and the state tells.
 */
export class SupervisedInstance {
  readonly #context: InstanceContext;
  readonly #log: InstanceLog;
  readonly #logFile: string;
  readonly #runDir: string;
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
    this.#runDir = join(context.runsDir, key);
    this.#log = openInstanceLog({
      file: this.#logFile,
      maxFileBytes: context.maxLogFileBytes,
      maxFiles: context.maxLogFiles,
      parseLine: (line) => this.#parser().parseLine(line),
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
        throw this.#conflict('INSTANCE_ALREADY_RUNNING', 'is running already');
      if (this.#status === 'stopping')
        throw this.#conflict('INSTANCE_STOPPING', 'is being stopped');
      if (this.#status !== 'starting') await this.#spawn();
      return this.view();
    });
  }

  stop(options: StopOptions = {}): Promise<Instance> {
    return this.#enqueue(async () => {
      this.#startAfterStop = false;
      if (this.#status === 'stopped')
        throw this.#conflict('INSTANCE_NOT_RUNNING', 'is not running');
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
        throw this.#conflict('INSTANCE_NOT_STOPPED', `is ${this.#status}`);
      }
      await forget();
      this.#removed = true;
      await this.#log.remove();
      await rm(this.#runDir, { recursive: true, force: true });
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

  /** Takes new figures, if it runs. */
  sample(): void {
    if (this.#status !== 'running' || !this.#active) return;
    this.#active.stats = this.#active.sampler.sample();
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
      active = await spawnInstance(
        this.#context,
        this.#definition,
        this.#log,
        this.#runDir,
        this.#logFile,
      );
    } catch (error) {
      const failure = failureOf(error);
      if (failure) await this.#failToStart(failure, (error as LlamactlError).message);
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

  async #failToStart(failure: Failure, reason: string): Promise<void> {
    this.#transition('starting');
    this.#lastExit = { ...nothingSeen, reason, at: new Date().toISOString(), log_tail: [] };
    this.#fail(failure);
  }

  #afterReady(active: ActiveRun): void {
    if (this.#active !== active || this.#status !== 'starting') return;
    active.stats = active.sampler.sample();
    this.#transition('running');
  }

  async #afterStartupTimeout(active: ActiveRun): Promise<void> {
    if (this.#active !== active || this.#status !== 'starting') return;
    await active.stopper.stop({ timeoutMs: Math.min(this.#context.stopTimeoutMs, 5_000) });
    await this.#log.unfollow();
    const seconds = this.#context.startupTimeoutMs / 1_000;
    const reason = `It was not ready within ${seconds} s and was stopped. Raise startup_timeout for large models.`;
    this.#lastExit = { ...(await active.run.exited), reason, log_tail: await logTail(this.#log) };
    this.#release(active);
    this.#fail('startup_timeout');
  }

  /** The process ended by itself: what is left of its tree goes too, then the state tells why. */
  async #afterExit(active: ActiveRun): Promise<void> {
    if (this.#active !== active || this.#status === 'stopping') return;
    const wasRunning = this.#status === 'running';
    await active.stopper.stop({ force: true, timeoutMs: 1_000 });
    await this.#log.unfollow();
    const end = await endOfRun(active, this.#log, wasRunning);
    this.#lastExit = end.lastExit;
    this.#release(active);
    if (end.failure) this.#fail(end.failure);
    else this.#transition('stopped');
  }

  #beginStop(options: StopOptions): void {
    const active = this.#active;
    if (!active) return;
    active.cancelStart.abort();
    const done = active.stopper.stop({
      timeoutMs: options.timeoutMs ?? this.#context.stopTimeoutMs,
      force: options.force ?? false,
    });
    if (this.#status === 'stopping') return;
    this.#transition('stopping');
    this.#stopping = done.then(async () => {
      const exit = await active.run.exited;
      await this.#log.unfollow();
      const log_tail = await logTail(this.#log);
      this.#lastExit = { ...exit, reason: 'It was stopped as asked.', log_tail };
      this.#release(active);
      this.#transition('stopped');
      // A restart that cannot start leaves the instance failed, with the reason.
      if (this.#startAfterStop) void this.start().catch(() => undefined);
    });
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.#transition('failed');
  }

  #release(active: ActiveRun): void {
    this.#active = null;
    if (active.port !== this.#definition.port) {
      this.#context.claims.release(active.port, this.#definition.name);
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

  #parser() {
    return this.#active?.backend ?? backendNamed(this.#context, this.#definition.backend);
  }

  #conflict(
    code:
      | 'INSTANCE_ALREADY_RUNNING'
      | 'INSTANCE_STOPPING'
      | 'INSTANCE_NOT_RUNNING'
      | 'INSTANCE_NOT_STOPPED',
    what: string,
  ) {
    return new LlamactlError(code, `The instance "${this.#definition.name}" ${what}`, {
      details: adviceFor[code],
    });
  }
}

const nothingSeen = { code: null, signal: null } as const;

const adviceFor = {
  INSTANCE_ALREADY_RUNNING: 'Nothing needs to be done; restart it to apply changed settings.',
  INSTANCE_STOPPING: 'Wait until it is stopped, then start it.',
  INSTANCE_NOT_RUNNING: 'Nothing needs to be done.',
  INSTANCE_NOT_STOPPED: 'Stop it first.',
} as const;

/** The error for a name that no instance has. */
export function instanceNotFound(name: string): LlamactlError {
  return new LlamactlError('INSTANCE_NOT_FOUND', `There is no instance "${name}"`, {
    details: 'List the instances to see their names.',
  });
}
