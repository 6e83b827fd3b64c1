import {
  type Failure,
  type InstanceStatus,
  type LastExit,
  LlamactlError,
} from '@llamactl/contract';
import { canTransition } from './state-machine.js';

/** Where an instance stands, and how its last run ended. Only its own methods change it. */
export class InstanceState {
  readonly #onChange: (previous: InstanceStatus) => void;
  #status: InstanceStatus = 'stopped';
  #failure: Failure | null = null;
  #lastExit: LastExit | null = null;
  /** Whether it was stopped on purpose, so that requests shall not start it; a start ends that. */
  held = false;

  /** @param onChange - Called after each change, with the status before. */
  constructor(onChange: (previous: InstanceStatus) => void) {
    this.#onChange = onChange;
  }

  get status(): InstanceStatus {
    return this.#status;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get lastExit(): LastExit | null {
    return this.#lastExit;
  }

  /** The one place where the status changes: table, then fields, then event. */
  become(status: Exclude<InstanceStatus, 'failed'>, lastExit?: LastExit): void {
    this.#move(status, null, lastExit);
  }

  fail(failure: Failure, lastExit: LastExit): void {
    this.#move('failed', failure, lastExit);
  }

  #move(to: InstanceStatus, failure: Failure | null, lastExit?: LastExit): void {
    const previous = this.#status;
    if (!canTransition(previous, to)) {
      throw new LlamactlError('INTERNAL_ERROR', `An instance cannot go from ${previous} to ${to}`);
    }
    this.#status = to;
    if (to === 'starting') this.held = false;
    this.#failure = failure;
    this.#lastExit = lastExit ?? this.#lastExit;
    this.#onChange(previous);
  }
}
