import { join } from 'node:path';
import type {
  Instance,
  InstanceDefinition,
  InstanceDetails,
  InstanceHealth,
  InstanceStatus,
} from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';
import type { BackendConnection, StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { openInstanceLog } from '../logs/open-instance-log.js';
import { pauseGroup } from '../process/pause-group.js';
import type { ProcessInfo } from '../process/process-table.js';
import { createSerialQueue } from '../support/serial-queue.js';
import { checkHealth, healthTarget } from './check-health.js';
import { maskedDefinition, startsAlike } from './definition.js';
import type { InstanceContext } from './instance-context.js';
import { instanceNotFound, stateConflict } from './instance-errors.js';
import { InstanceState } from './instance-state.js';
import { RunCycle } from './run-cycle.js';

/**
 * One instance: its definition, its state and, while it has one, its process. Operations wait for each
 * other; what takes long (loading, stopping) goes on after the operation has answered, and the state tells.
 */
export class SupervisedInstance {
  readonly log: InstanceLog;
  readonly #context: InstanceContext;
  readonly #queue = createSerialQueue();
  readonly #state: InstanceState;
  readonly #runs: RunCycle;
  #definition: InstanceDefinition;
  #startAfterStop = false;
  #removed = false;

  constructor(definition: InstanceDefinition, context: InstanceContext) {
    this.#definition = definition;
    this.#context = context;
    const logFile = join(context.logsDir, `${definition.name.toLowerCase()}.log`);
    this.log = openInstanceLog({
      file: logFile,
      maxFileBytes: context.maxLogFileBytes,
      maxFiles: context.maxLogFiles,
      parseLine: (line) => this.#parseLine(line),
      pauseWriters: async () => (this.#runs.active ? pauseGroup(this.#runs.active.run) : null),
    });
    this.#state = new InstanceState((previous_status) => {
      // In turn with operations: an update has claimed its port before its definition is in force.
      void this.#queue.run(async () => this.#releaseOldPorts());
      context.events.emit('instance_status_changed', { instance: this.view(), previous_status });
    });
    this.#runs = new RunCycle({
      context,
      state: this.#state,
      log: this.log,
      logFile,
      queue: this.#queue,
    });
  }

  get name(): string {
    return this.#definition.name;
  }

  get status(): InstanceStatus {
    return this.#state.status;
  }

  /** Whether it has no process and could be started. */
  get isIdle(): boolean {
    return this.status === 'stopped' || this.status === 'failed';
  }

  /** The instance as answers show it. */
  view(): Instance {
    const backend = this.#context.backends[this.#definition.backend];
    return {
      ...maskedDefinition(this.#definition, backend?.secretOptions ?? new Set()),
      // While it runs, the port that it really has: a changed one counts from the next start.
      port: this.#runs.active?.port ?? this.#definition.port,
      status: this.#state.status,
      pid: this.#runs.active?.run.pid ?? null,
      held: this.#state.held,
      failure: this.#state.failure,
      last_exit: structuredClone(this.#state.lastExit),
    };
  }

  details(): InstanceDetails {
    const stats = this.status === 'running' ? (this.#runs.active?.stats ?? null) : null;
    return { ...this.view(), stats };
  }

  start(): Promise<Instance> {
    return this.#enqueue(async () => {
      if (this.status === 'running') throw this.#conflict('INSTANCE_ALREADY_RUNNING');
      if (this.status === 'stopping') throw this.#conflict('INSTANCE_STOPPING');
      if (this.status !== 'starting') await this.#runs.spawn(this.#definition);
      return this.view();
    });
  }

  /** Starts it if it is stopped or failed when its turn comes; returns whether it did. */
  startIfIdle(): Promise<boolean> {
    return this.#enqueue(async () => {
      if (!this.isIdle) return false;
      await this.#runs.spawn(this.#definition);
      return true;
    });
  }

  stop(options: StopOptions = {}): Promise<Instance> {
    return this.#enqueue(async () => {
      const isNothingToStop = this.status === 'stopped' && !this.#startAfterStop;
      if (isNothingToStop) throw this.#conflict('INSTANCE_NOT_RUNNING');
      this.#state.held ||= options.hold ?? true;
      if (this.status === 'failed') this.#state.become('stopped');
      this.#beginStop(options);
      return this.view();
    });
  }

  /** Begins to stop it if it has a process when its turn comes; returns whether it has. */
  stopIfActive(options: StopOptions = {}): Promise<boolean> {
    return this.#enqueue(async () => {
      const isActive = this.#runs.active !== null;
      this.#state.held ||= isActive && (options.hold ?? true);
      this.#beginStop(options);
      return isActive;
    });
  }

  restart(): Promise<Instance> {
    return this.#enqueue(async () => {
      this.#state.held = false;
      if (this.isIdle) {
        await this.#runs.spawn(this.#definition);
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
      try {
        this.#definition = await change(this.#definition);
      } finally {
        this.#releaseOldPorts();
      }
      const instance = this.view();
      this.#context.events.emit('instance_updated', { instance });
      const { active } = this.#runs;
      const restart_required = active !== null && !startsAlike(active.definition, this.#definition);
      return { instance, restart_required };
    });
  }

  /**
   * Forgets the instance: `forget` removes the definition, then its files go. `onGone` is called once
   * nothing of it is left, so that another one may have its name.
   */
  remove(forget: () => Promise<void>, onGone: () => void): Promise<void> {
    return this.#enqueue(async () => {
      if (!this.isIdle) throw this.#conflict('INSTANCE_NOT_STOPPED');
      await forget();
      this.#removed = true;
      // A log that cannot be removed does not bring the instance back.
      await this.log.remove().catch(() => undefined);
      onGone();
    });
  }

  health(): Promise<InstanceHealth> {
    return checkHealth(this.status, healthTarget(this.#runs.active, this.#context.host));
  }

  connection(): BackendConnection {
    const { active } = this.#runs;
    if (active === null) throw this.#conflict('INSTANCE_NOT_RUNNING');
    return { host: this.#context.host, port: active.port, key: active.key };
  }

  /** Takes new figures of a running instance out of a look at all processes. */
  sample(table: readonly ProcessInfo[]): void {
    const { active } = this.#runs;
    if (this.status !== 'running' || !active) return;
    active.stats = active.sampler.sample(table);
    this.#context.events.emit('instance_stats_updated', { instance: this.details() });
  }

  /** Whether a start follows the stop that is under way. */
  get isRestarting(): boolean {
    return this.#startAfterStop;
  }

  /** Stops it, whatever its state, and lets go of its log. */
  async dispose(options: StopOptions = {}): Promise<void> {
    await this.#queue.run(async () => this.#beginStop(options));
    await this.#runs.stopped;
    await this.#queue.idle();
    await this.log.close();
  }

  /** Also calls off a start that was to follow a stop. */
  #beginStop(options: StopOptions): void {
    this.#startAfterStop = false;
    this.#runs.beginStop(options, () => {
      if (this.#startAfterStop) void this.#startAgain();
    });
  }

  /** Starts it unless a stop came first. Nobody waits for it, so a refusal is told by the state. */
  #startAgain(): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#startAfterStop || this.#removed) return;
      this.#startAfterStop = false;
      if (this.isIdle) await this.#runs.spawnUnasked(this.#definition);
    });
  }

  /** Only the port of the definition stays the instance's own, and that of a run that was started with another. */
  #releaseOldPorts(): void {
    // The name may belong to another instance by now.
    if (this.#removed) return;
    const kept = [this.#definition.port, this.#runs.active?.port];
    this.#context.ports.releaseOthers(this.#definition.name, kept);
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => {
      if (this.#removed) throw instanceNotFound(this.#definition.name);
      return task();
    });
  }

  #conflict(code: Parameters<typeof stateConflict>[0]) {
    return stateConflict(code, this.#definition.name);
  }

  #parseLine(line: string): ParsedLine {
    const backend = this.#runs.active?.backend ?? this.#context.backends[this.#definition.backend];
    return backend?.parseLine(line) ?? { level: 'info', message: line, elapsedMs: null };
  }
}
