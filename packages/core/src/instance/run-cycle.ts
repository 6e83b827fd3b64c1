import { type InstanceDefinition, LlamactlError } from '@llamactl/contract';
import type { StopOptions } from '../llamactl.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { DueTime } from '../support/due-time.js';
import type { SerialQueue } from '../support/serial-queue.js';
import { type ActiveRun, adoptRun, spawnInstance } from './active-run.js';
import { Aftermath, firstCount, type RestartCount } from './aftermath.js';
import { emptyTree } from './empty-tree.js';
import { exitAsAsked, noExit, reasonOf } from './end-of-run.js';
import { failureOf } from './failure-of.js';
import type { InstanceContext } from './instance-context.js';
import type { InstanceState } from './instance-state.js';
import type { Left } from './left.js';
import type { FoundRun } from './reconcile-runs.js';
import { crashLoopLength } from './restart-policy.js';
import { noteStop } from './run-notes.js';
import { RunWatch } from './run-watch.js';
import { killTime, timeLeft } from './time-left.js';

/** What the runs of an instance work with. */
export interface RunCycleParts {
  readonly context: InstanceContext;
  readonly state: InstanceState;
  readonly log: InstanceLog;
  readonly logFile: string;
  /** The operations of the instance; what happens by itself waits its turn among them. */
  readonly queue: SerialQueue;
  /** The definition that is in force. */
  readonly definition: () => InstanceDefinition;
  /** Gives the instance another port than the one it has. */
  readonly changePort: () => Promise<void>;
  /** Called when something else than the status has changed. */
  readonly onUpdate: () => void;
}

/**
 * The runs of one instance, one after the other: spawn, ready or not, end. The state tells how far it is.
 * Its methods are to be called in turn with the other operations of the instance.
 */
export class RunCycle {
  readonly #parts: RunCycleParts;
  readonly #aftermath: Aftermath;
  readonly #watch: RunWatch;
  #active: ActiveRun | null = null;
  #stopped: Promise<void> = Promise.resolve();
  #startsAfterStop: boolean;
  #hasLeft = false;

  constructor(parts: RunCycleParts, { past, found }: Left) {
    this.#parts = parts;
    const onOver = () => {
      this.#active = null;
    };
    const onRestartDue = () => void parts.queue.run(() => this.#restart());
    this.#aftermath = new Aftermath({ ...parts, onOver, onRestartDue }, past);
    this.#watch = new RunWatch({
      ...parts,
      aftermath: this.#aftermath,
      isCurrent: (active) => this.#active === active && !this.#hasLeft,
      tryAnotherPort: () => this.#tryAnotherPort(),
    });
    // As when a manager was killed between the stop and the start of a restart.
    const isDue = past?.failure === null && past.next_restart_at !== null;
    this.#startsAfterStop = isDue && found === undefined;
  }

  /** The run under way; null when there is no process. */
  get active(): ActiveRun | null {
    return this.#active;
  }

  /** Resolves when the stop that was begun last has ended. */
  get stopped(): Promise<void> {
    return this.#stopped;
  }

  /** Whether it failed so often in a row that it is not started by itself any more. */
  get isCrashLooping(): boolean {
    return this.#aftermath.count.crashes >= crashLoopLength;
  }

  /** Whether a start is to follow a stop, of this manager or of an earlier one. */
  get startsAfterStop(): boolean {
    return this.#startsAfterStop;
  }

  /**
   * Starts a run that somebody asked for; resolves when its process is there. A refusal that is the
   * instance's own fault leaves it failed. From `stopped` or `failed`.
   */
  async spawn(): Promise<void> {
    this.#startsAfterStop = false;
    try {
      await this.#spawn(firstCount);
    } catch (error) {
      const failure = failureOf(error);
      if (failure !== null) await this.#aftermath.refuse(failure, noExit(reasonOf(error)));
      throw error;
    }
  }

  /** Goes on with a run of an earlier manager; the state is as it was left by that. */
  async adopt(found: FoundRun): Promise<void> {
    const { context, log } = this.#parts;
    const active = adoptRun(context, log, found);
    this.#active = active;
    this.#aftermath.begin(active.generation, found.facts);
    await log.follow().catch((error: unknown) => {
      context.onWarning(`The log of "${active.run.instance}" cannot be read`, error);
    });
    if (found.stop !== null) {
      this.#startsAfterStop = found.stop.restart;
      active.killAt = killTime(found.stop, context);
      this.#end(active, { timeoutMs: active.killAt.leftMs });
    } else if (found.isAlive) {
      this.#watch.exit(active);
      if (found.isHealthy) await this.#watch.beginService(active);
      else this.#watch.readiness(active, timeLeft(found, context));
    } else {
      await this.#watch.afterExit(active);
    }
  }

  /** Begins to stop the run under way, or hurries the stop; a start may follow. */
  async beginStop(
    { timeoutMs = this.#parts.context.stopTimeoutMs, force = false }: StopOptions,
    startsAfterStop = false,
  ): Promise<void> {
    const active = this.#active;
    const wasToStart = this.#startsAfterStop;
    this.#startsAfterStop = startsAfterStop && active !== null;
    if (active) {
      active.killAt = new DueTime(force ? 0 : timeoutMs).orSooner(active.killAt);
      await this.#noteStop(active);
      this.#end(active, { timeoutMs, force });
    } else if (wasToStart) {
      await this.settle();
    }
  }

  /** Lets a start follow the stop that is under way. */
  async startAfterStop(): Promise<void> {
    this.#startsAfterStop = true;
    if (this.#active) await this.#noteStop(this.#active);
  }

  #noteStop(active: ActiveRun): Promise<void> {
    const { held } = this.#parts.state.standing;
    return noteStop(active, { restart: this.#startsAfterStop, hold: held });
  }

  /** Takes an instance without a process as stopped. */
  async settle(): Promise<void> {
    const { lastExit } = this.#parts.state.standing;
    await this.#aftermath.stop(lastExit, { active: null, startFollows: false });
  }

  /** Calls off a restart that is pending, and tells whether one was. */
  callOffRestart(): Promise<boolean> {
    return this.#aftermath.callOff();
  }

  /** Leaves everything as it is from now on, the process too. */
  leave(): void {
    this.#hasLeft = true;
    this.#aftermath.cancel();
    this.#active?.cancelStart.abort();
    this.#active?.run.letGo();
  }

  /** @throws what refuses the start */
  async #spawn(count: RestartCount): Promise<void> {
    const { context, state } = this.#parts;
    const active = await this.#spawnProcess(count);
    state.become('starting', { restarts: count.restarts });
    this.#watch.exit(active);
    this.#watch.readiness(active, context.startupTimeoutMs);
  }

  async #spawnProcess(count: RestartCount): Promise<ActiveRun> {
    const { context, log, logFile, definition, changePort } = this.#parts;
    const generation = this.#aftermath.generation + 1;
    const attempt = () =>
      spawnInstance(context, {
        ...{ log, logFile, definition: definition(), count: { ...count, generation } },
      });
    this.#active = await attempt().catch(async (error: unknown) => {
      if (!LlamactlError.is(error, 'PORT_IN_USE') || !definition().auto_port) throw error;
      await changePort();
      return await attempt();
    });
    this.#aftermath.begin(generation, count);
    return this.#active;
  }

  /** Starts a run that nobody waits for: whatever refuses it is a failure. */
  async #spawnUnasked(count: RestartCount): Promise<void> {
    try {
      await this.#spawn(count);
    } catch (error) {
      const lastExit = noExit(reasonOf(error));
      const failure = failureOf(error) ?? 'crashed';
      await this.#aftermath.conclude({ failure, lastExit, active: null }, count);
    }
  }

  async #restart(): Promise<void> {
    if (this.#hasLeft || !(await this.#aftermath.mayRestart())) return;
    const { restarts, crashes } = this.#aftermath.count;
    await this.#spawnUnasked({ restarts: restarts + 1, crashes });
  }

  /** After the port of a start was lost to another program; the instance keeps `starting`. */
  async #tryAnotherPort(): Promise<void> {
    const { context, changePort } = this.#parts;
    await changePort();
    const active = await this.#spawnProcess(this.#aftermath.count);
    active.hasChangedPort = true;
    this.#watch.exit(active);
    this.#watch.readiness(active, context.startupTimeoutMs);
  }

  #end(active: ActiveRun, options: { timeoutMs: number; force?: boolean }): void {
    const { context, queue, state } = this.#parts;
    active.cancelStart.abort();
    const { name } = active.definition;
    const cutConnections = () => context.stopHooks.run({ name, timeoutMs: options.timeoutMs });
    const emptied = emptyTree(active, { ...options, cutConnections });
    if (active.isEnding) return;
    active.isEnding = true;
    if (state.status !== 'stopping') state.become('stopping');
    this.#stopped = emptied.then(() => queue.run(() => this.#afterStop(active)));
  }

  async #afterStop(active: ActiveRun): Promise<void> {
    if (this.#hasLeft) return;
    const { log, queue } = this.#parts;
    const lastExit = await exitAsAsked(active, log, 'It was stopped as asked.');
    const startFollows = this.#startsAfterStop;
    await this.#aftermath.stop(lastExit, { active, startFollows });
    if (startFollows) void queue.run(() => this.#startAgain());
  }

  /** Starts it unless a stop came first. Nobody waits for it, so a refusal is told by the state. */
  async #startAgain(): Promise<void> {
    if (!this.#startsAfterStop || this.#hasLeft || this.#active) return;
    this.#startsAfterStop = false;
    await this.#spawnUnasked(firstCount);
  }
}
