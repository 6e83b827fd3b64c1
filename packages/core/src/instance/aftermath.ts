import type { Failure, InstanceDefinition, LastExit } from '@llamactl/contract';
import { readBootId } from '../process/identity.js';
import type { InstancePast } from '../storage/past-store.js';
import { elapsedOf } from '../support/clock.js';
import { DueTime } from '../support/due-time.js';
import type { ActiveRun } from './active-run.js';
import type { InstanceContext } from './instance-context.js';
import type { InstanceState } from './instance-state.js';
import { keepPast } from './keep-past.js';
import { decideRestart } from './restart-policy.js';
import { forgetRun } from './run-notes.js';

/** What the aftermath of runs works with. */
export interface AftermathParts {
  readonly context: InstanceContext;
  readonly state: InstanceState;
  /** The definition that is in force. */
  readonly definition: () => InstanceDefinition;
  /** Called when nothing of the run is left, just before the state tells so. */
  readonly onOver: () => void;
  /** Called when a restart is due. */
  readonly onRestartDue: () => void;
  /** Called when something else than the status has changed. */
  readonly onUpdate: () => void;
}

/** The end of a run, or of the attempt to start one, that nobody asked for. */
export interface UnaskedEnd {
  /** Null when it ended with exit code 0. */
  readonly failure: Failure | null;
  readonly lastExit: LastExit;
  /** The run that is over; null when none came about. */
  readonly active: ActiveRun | null;
}

/** Restarts since it was last asked to start, and failures in a row. */
export interface RestartCount {
  readonly restarts: number;
  readonly crashes: number;
}

/** The count of an instance that was just asked to start. */
export const firstCount: RestartCount = { restarts: 0, crashes: 0 };

/**
 * What follows when a run is over: it is written down for a later manager, then the state tells it, and a
 * restart may be due after a while.
 */
export class Aftermath {
  readonly #parts: AftermathParts;
  /** Number of the last run that there was. */
  #generation: number;
  /** Of the run under way, or of the last one. */
  #count: RestartCount;
  #callOff = () => {};

  constructor(parts: AftermathParts, past: InstancePast | undefined) {
    this.#parts = parts;
    this.#generation = past?.generation ?? 0;
    const { nextRestartAt, restarts } = parts.state.standing;
    // What failed before a reboot says little about what will after it.
    this.#count = { restarts, crashes: past?.boot_id === readBootId() ? past.crashes : 0 };
    if (nextRestartAt !== null) this.#schedule(nextRestartAt);
  }

  get count(): RestartCount {
    return this.#count;
  }

  /** Number of the last run that there was; 0 before the first. */
  get generation(): number {
    return this.#generation;
  }

  /** Tells that there is a run, with its number. */
  begin(generation: number, { restarts, crashes }: RestartCount): void {
    this.#generation = generation;
    this.#count = { restarts, crashes };
    this.cancel();
  }

  /** The run, or the attempt at one, ended by itself: the restart policy decides. */
  async conclude(
    { failure: cause, lastExit, active }: UnaskedEnd,
    count = this.#count,
  ): Promise<void> {
    const { context, definition, onOver, state } = this.#parts;
    const { clock } = context;
    const readySinceMs = active?.readySinceMs ?? null;
    const verdict = decideRestart({
      policy: definition().restart_policy,
      failure: cause,
      crashes: count.crashes,
      readyMs: readySinceMs === null ? 0 : elapsedOf(clock) - readySinceMs,
    });
    const { failure, delayMs } = verdict;
    const nextRestartAt = delayMs === null ? null : new DueTime(delayMs, clock);
    this.#count = { restarts: count.restarts, crashes: verdict.crashes };
    await this.#keep({ failure, lastExit, nextRestartAt });
    if (active) await forgetRun(active);
    onOver();
    if (!active) state.become('starting', { restarts: count.restarts });
    if (failure === null) state.become('stopped', { lastExit });
    else state.fail(failure, lastExit, nextRestartAt);
    if (nextRestartAt !== null) this.#schedule(nextRestartAt);
  }

  /** A start that somebody asked for was refused: that is for them to mend. */
  async refuse(failure: Failure, lastExit: LastExit): Promise<void> {
    const { state } = this.#parts;
    this.cancel();
    this.#count = firstCount;
    await this.#keep({ failure, lastExit, nextRestartAt: null });
    state.become('starting', { restarts: 0 });
    state.fail(failure, lastExit, null);
  }

  /**
   * It is stopped as asked.
   * @param how - `active`: the run that is over, if there was one. `startFollows`: whether a start is to
   *   follow, also after a crash of this manager.
   */
  async stop(
    lastExit: LastExit | null,
    { active, startFollows }: { active: ActiveRun | null; startFollows: boolean },
  ): Promise<void> {
    const { context, onOver, state } = this.#parts;
    this.cancel();
    this.#count = { ...this.#count, crashes: 0 };
    const nextRestartAt = startFollows ? new DueTime(0, context.clock) : null;
    await this.#keep({ failure: null, lastExit, nextRestartAt });
    if (active) await forgetRun(active);
    onOver();
    if (state.status !== 'stopped') state.become('stopped', lastExit === null ? {} : { lastExit });
  }

  /** Calls off a restart that is due, now or later, and tells whether there was one. */
  async callOff(lastExit = this.#parts.state.standing.lastExit): Promise<boolean> {
    const { state } = this.#parts;
    const { failure, nextRestartAt } = state.standing;
    if (nextRestartAt === null) return false;
    this.cancel();
    state.callOffRestart(lastExit);
    await this.#keep({ failure, lastExit, nextRestartAt: null });
    return true;
  }

  /** Whether a restart is due still, and nobody objects; who does calls it off. */
  async mayRestart(): Promise<boolean> {
    const { context, definition, state, onUpdate } = this.#parts;
    if (state.standing.nextRestartAt === null) return false;
    const { name } = definition();
    const objection = await context.restartHooks.objection({ name });
    if (objection === null) return true;
    const text = `is not started again. ${objection}`;
    context.onWarning(`"${name}" ${text}`, null);
    const { lastExit } = state.standing;
    await this.callOff(lastExit && { ...lastExit, reason: `${lastExit.reason} It ${text}` });
    onUpdate();
    return false;
  }

  /** Lets go of the timer; what is written down stays. */
  cancel(): void {
    this.#callOff();
  }

  #schedule(at: DueTime): void {
    const { context, onRestartDue } = this.#parts;
    this.cancel();
    this.#callOff = context.clock.after(at.leftMs, onRestartDue);
  }

  #keep(end: {
    failure: Failure | null;
    lastExit: LastExit | null;
    nextRestartAt: DueTime | null;
  }): Promise<void> {
    const { context, definition, state } = this.#parts;
    return keepPast(context, {
      version: 1,
      instance: definition().name,
      generation: this.#generation,
      failure: end.failure,
      last_exit: end.lastExit,
      restarts: this.#count.restarts,
      crashes: this.#count.crashes,
      next_restart_at: end.nextRestartAt?.toISOString() ?? null,
      held: state.standing.held,
      boot_id: readBootId(),
    });
  }
}
