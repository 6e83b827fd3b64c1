import {
  type Failure,
  type InstanceStatus,
  type LastExit,
  LlamactlError,
} from '@llamactl/contract';
import type { DueTime } from '../support/due-time.js';
import { canTransition } from './state-machine.js';

/** Where an instance stands, and how its last run ended. */
export interface Standing {
  readonly status: InstanceStatus;
  readonly failure: Failure | null;
  readonly lastExit: LastExit | null;
  /** Restarts by itself since it was last asked to start. */
  readonly restarts: number;
  /** When it will be started by itself; null when it will not. */
  readonly nextRestartAt: DueTime | null;
  /** Whether it was stopped on purpose, so that requests shall not start it; a start ends that. */
  readonly held: boolean;
}

/** Where an instance without a past stands. */
export const unstarted: Standing = {
  status: 'stopped',
  failure: null,
  lastExit: null,
  restarts: 0,
  nextRestartAt: null,
  held: false,
};

/** The state of one instance. Only its own methods change it. */
export class InstanceState {
  readonly #onChange: (previous: InstanceStatus) => void;
  #standing: Standing;

  /** @param onChange - Called after each change of the status, with the one before. */
  constructor(standing: Standing, onChange: (previous: InstanceStatus) => void) {
    this.#standing = standing;
    this.#onChange = onChange;
  }

  get status(): InstanceStatus {
    return this.#standing.status;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** The one place where the status changes: table, then fields, then event. */
  become(
    status: Exclude<InstanceStatus, 'failed'>,
    changes: Partial<Pick<Standing, 'lastExit' | 'restarts'>> = {},
  ): void {
    this.#move({ status, failure: null, nextRestartAt: null, ...changes });
  }

  fail(failure: Failure, lastExit: LastExit, nextRestartAt: DueTime | null): void {
    this.#move({ status: 'failed', failure, lastExit, nextRestartAt });
  }

  /** Takes back that a failed instance will be started by itself; its exit may say why. */
  callOffRestart(lastExit: LastExit | null): void {
    this.#standing = { ...this.#standing, lastExit, nextRestartAt: null };
  }

  /** Says whether requests shall not start it. */
  hold(held: boolean): void {
    this.#standing = { ...this.#standing, held };
  }

  #move(changes: Pick<Standing, 'status'> & Partial<Standing>): void {
    const previous = this.status;
    if (!canTransition(previous, changes.status)) {
      const message = `An instance cannot go from ${previous} to ${changes.status}`;
      throw new LlamactlError('INTERNAL_ERROR', message);
    }
    const held = this.#standing.held && changes.status !== 'starting';
    this.#standing = { ...this.#standing, ...changes, held };
    this.#onChange(previous);
  }
}
