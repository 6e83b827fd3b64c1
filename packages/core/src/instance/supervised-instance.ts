import { join } from 'node:path';
import type {
  Instance,
  InstanceDefinition,
  InstanceDetails,
  InstanceHealth,
  InstanceStatus,
  LogEntry,
  LogQuery,
} from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';
import type { StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { openInstanceLog } from '../logs/open-instance-log.js';
import { isSameProcess } from '../process/identity.js';
import { pauseGroup } from '../process/pause-group.js';
import type { ProcessInfo } from '../process/process-table.js';
import { createSerialQueue } from '../support/serial-queue.js';
import { checkHealth } from './check-health.js';
import { maskedDefinition, startsAlike } from './definition.js';
import type { InstanceContext } from './instance-context.js';
import { instanceNotFound, stateConflict } from './instance-errors.js';
import { InstanceState } from './instance-state.js';
import { RunCycle } from './run-cycle.js';

/** Lines that `logs` gives unless asked for another number. */
const defaultLogLines = 100;

/**
 * One instance: its definition, its state and, while it has one, its process. Operations wait for each
 * other; what takes long (loading, stopping) goes on after the operation has answered, and the state tells.
 */
export class SupervisedInstance {
  readonly #context: InstanceContext;
  readonly #log: InstanceLog;
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
    this.#log = openInstanceLog({
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
      log: this.#log,
      logFile,
      queue: this.#queue,
    });
  }

  get definition(): InstanceDefinition {
    return this.#definition;
  }

  get status(): InstanceStatus {
    return this.#state.status;
  }

  /** The instance as answers show it. */
  view(): Instance {
    const backend = this.#context.backends[this.#definition.backend];
    return {
      ...maskedDefinition(this.#definition, backend?.secretOptions ?? new Set()),
      status: this.#state.status,
      pid: this.#runs.active?.run.pid ?? null,
      failure: this.#state.failure,
      last_exit: this.#state.lastExit,
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

  stop(options: StopOptions = {}): Promise<Instance> {
    return this.#enqueue(async () => {
      this.#startAfterStop = false;
      if (this.status === 'stopped') throw this.#conflict('INSTANCE_NOT_RUNNING');
      if (this.status === 'failed') this.#state.become('stopped');
      else this.#beginStop(options);
      return this.view();
    });
  }

  restart(): Promise<Instance> {
    return this.#enqueue(async () => {
      if (this.status === 'stopped' || this.status === 'failed') {
        await this.#runs.spawn(this.#definition);
      } else {
        this.#startAfterStop = true;
        if (this.status !== 'stopping') this.#beginStop({});
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
      this.#releaseOldPorts();
      const instance = this.view();
      this.#context.events.emit('instance_updated', { instance });
      const { active } = this.#runs;
      const restart_required = active !== null && !startsAlike(active.definition, this.#definition);
      return { instance, restart_required };
    });
  }

  /** Forgets the instance: `forget` removes the definition, then its files go. */
  remove(forget: () => Promise<void>): Promise<void> {
    return this.#enqueue(async () => {
      if (this.status !== 'stopped' && this.status !== 'failed') {
        throw this.#conflict('INSTANCE_NOT_STOPPED');
      }
      await forget();
      this.#removed = true;
      await this.#log.remove();
    });
  }

  health(): Promise<InstanceHealth> {
    const { active } = this.#runs;
    const target = active && {
      backend: active.backend,
      host: this.#context.host,
      port: active.port,
      isAlive: () => isSameProcess(active.run.identity),
    };
    return checkHealth(this.status, target);
  }

  logs({ lines = defaultLogLines, level }: LogQuery = {}): Promise<LogEntry[]> {
    return this.#log.read(lines, level);
  }

  /** Takes new figures of a running instance out of a look at all processes. */
  sample(table: readonly ProcessInfo[]): void {
    const { active } = this.#runs;
    if (this.status !== 'running' || !active) return;
    active.stats = active.sampler.sample(table);
    this.#context.events.emit('instance_stats_updated', { instance: this.details() });
  }

  /** Stops it, whatever its state, and lets go of its log. */
  async dispose(options: StopOptions = {}): Promise<void> {
    await this.#queue.run(async () => {
      this.#startAfterStop = false;
      this.#beginStop(options);
    });
    await this.#runs.stopped;
    await this.#queue.idle();
    await this.#log.close();
  }

  #beginStop(options: StopOptions): void {
    this.#runs.beginStop(options, () => {
      // A restart that cannot start leaves the instance failed, with the reason.
      if (this.#startAfterStop) this.start().catch(() => undefined);
    });
  }

  /** Only the port of the definition stays the instance's own, and that of a run that was started with another. */
  #releaseOldPorts(): void {
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
