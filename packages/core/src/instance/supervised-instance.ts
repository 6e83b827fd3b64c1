import type { Instance, InstanceDefinition, InstanceDetails } from '@llamactl/contract';
import type { BackendConnection, StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { endStoppedShim } from '../process/end-stopped-shim.js';
import type { ProcessInfo } from '../process/process-table.js';
import { createSerialQueue } from '../support/serial-queue.js';
import type { ActiveRun } from './active-run.js';
import { checkHealth, healthTarget } from './check-health.js';
import { startsAlike } from './definition.js';
import type { InstanceContext } from './instance-context.js';
import { instanceNotFound, stateConflict } from './instance-errors.js';
import { InstanceState } from './instance-state.js';
import { keepOtherPort } from './keep-definition.js';
import { type Left, standingOf } from './left.js';
import { openLog } from './open-log.js';
import type { FoundRun } from './reconcile-runs.js';
import { RunCycle } from './run-cycle.js';
import { viewOf } from './view-of.js';

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
  #removed = false;

  /** @param left - What earlier managers left of it. Default: nothing, it is new. */
  constructor(definition: InstanceDefinition, context: InstanceContext, left: Left = {}) {
    this.#definition = definition;
    this.#context = context;
    const source = { definition: () => this.#definition, active: () => this.#runs.active };
    const { log, logFile } = openLog(context, source);
    this.log = log;
    this.#state = new InstanceState(standingOf(left, context.clock), (previous_status) => {
      // In turn with operations: an update has claimed its port before its definition is in force.
      void this.#queue.run(async () => this.#releaseOldPorts());
      context.events.emit('instance_status_changed', { instance: this.view(), previous_status });
    });
    const parts = { context, state: this.#state, log, logFile, queue: this.#queue };
    const hooks = { changePort: () => this.#changePort(), onUpdate: () => this.#tellUpdate() };
    this.#runs = new RunCycle({ ...parts, ...hooks, definition: source.definition }, left);
  }

  get name(): string {
    return this.#definition.name;
  }

  get status() {
    return this.#state.status;
  }

  /** Its run, while that serves. */
  get running(): ActiveRun | null {
    return this.status === 'running' ? this.#runs.active : null;
  }

  /** Whether it has no process and could be started. */
  get isIdle(): boolean {
    return this.status === 'stopped' || this.status === 'failed';
  }

  /** The instance as answers show it. */
  view(): Instance {
    const backend = this.#context.backends[this.#definition.backend];
    const { standing } = this.#state;
    return viewOf(this.#definition, backend, { standing, active: this.#runs.active });
  }

  details(): InstanceDetails {
    return { ...this.view(), stats: this.running?.stats ?? null };
  }

  start(): Promise<Instance> {
    return this.#enqueue(async () => {
      if (this.status === 'running') throw stateConflict('INSTANCE_ALREADY_RUNNING', this.name);
      if (this.status === 'stopping') throw stateConflict('INSTANCE_STOPPING', this.name);
      if (this.status !== 'starting') await this.#runs.spawn();
      return this.view();
    });
  }

  /** Starts it if it is stopped or failed when its turn comes; returns whether it did. */
  startIfIdle(): Promise<boolean> {
    return this.#enqueue(async () => {
      if (!this.isIdle) return false;
      await this.#runs.spawn();
      return true;
    });
  }

  stop(options: StopOptions = {}): Promise<Instance> {
    return this.#enqueue(async () => {
      const isNothingToStop = this.status === 'stopped' && !this.isRestarting;
      if (isNothingToStop) throw stateConflict('INSTANCE_NOT_RUNNING', this.name);
      if (options.hold ?? true) this.#state.hold(true);
      if (this.status === 'failed') await this.#runs.settle();
      await this.#runs.beginStop(options);
      return this.view();
    });
  }

  /** Begins to stop it if it has a process when its turn comes; returns whether it has. */
  stopIfActive(options: StopOptions = {}): Promise<boolean> {
    return this.#enqueue(async () => {
      const isActive = this.#runs.active !== null;
      if (isActive && (options.hold ?? true)) this.#state.hold(true);
      if (await this.#runs.callOffRestart()) this.#tellUpdate();
      await this.#runs.beginStop(options);
      return isActive;
    });
  }

  restart(): Promise<Instance> {
    return this.#enqueue(async () => {
      this.#state.hold(false);
      if (this.isIdle) await this.#runs.spawn();
      else if (this.status === 'stopping') await this.#runs.startAfterStop();
      else await this.#runs.beginStop({}, true);
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
      if (this.#definition.restart_policy === 'never') await this.#runs.callOffRestart();
      this.#tellUpdate();
      const { active } = this.#runs;
      const restart_required = active !== null && !startsAlike(active.definition, this.#definition);
      return { instance: this.view(), restart_required };
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
      this.#runs.leave();
      await this.#context.pasts.delete(this.name).catch(() => undefined);
      // A log that cannot be removed does not bring the instance back.
      await this.log.remove().catch(() => undefined);
      onGone();
    });
  }

  health() {
    return checkHealth(this.status, healthTarget(this.#runs.active));
  }

  connection(): BackendConnection {
    const { active } = this.#runs;
    if (active === null) throw stateConflict('INSTANCE_NOT_RUNNING', this.name);
    return { host: active.host, port: active.port, key: active.key };
  }

  /** Takes out of a look at all processes how its run is: new figures, or that it is over. */
  sample(table: readonly ProcessInfo[]): void {
    const { running } = this;
    if (this.#runs.active) endStoppedShim(this.#runs.active.run, table);
    if (!running) return;
    running.stats = running.sampler.sample(table);
    this.#context.events.emit('instance_stats_updated', { instance: this.details() });
  }

  /** Whether a start follows the stop that is under way. */
  get isRestarting(): boolean {
    return this.#runs.startsAfterStop;
  }

  /** Whether it is to be started when Llamactl is. */
  get startsByItself(): boolean {
    if (!this.isIdle || this.#state.standing.nextRestartAt !== null) return false;
    return this.isRestarting || (this.#definition.autostart && !this.#runs.isCrashLooping);
  }

  /** Goes on with a run of an earlier manager. */
  adopt(found: FoundRun): Promise<void> {
    return this.#queue.run(() => this.#runs.adopt(found));
  }

  /** Lets go of it: its process is stopped, whatever its state, or left as it is. */
  async dispose(): Promise<void> {
    const { keepsRuns } = this.#context;
    await this.#queue.run(async () => {
      if (!keepsRuns) await this.#runs.beginStop({});
    });
    if (!keepsRuns) await this.#runs.stopped;
    await this.#queue.idle();
    this.#runs.leave();
    await this.log.close();
  }

  /** Another port than the one that it has, which another program took. */
  async #changePort(): Promise<void> {
    this.#definition = await keepOtherPort(this.#context, this.#definition);
    this.#releaseOldPorts();
    this.#tellUpdate();
  }

  #tellUpdate(): void {
    this.#context.events.emit('instance_updated', { instance: this.view() });
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
}
