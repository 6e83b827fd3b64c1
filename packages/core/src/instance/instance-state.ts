import {
  type Failure,
  type Instance,
  type InstanceDefinition,
  type InstanceDetails,
  type InstanceStatus,
  type LastExit,
  LlamactlError,
} from '@llamactl/contract';
import { isSameProcess } from '../process/identity.js';
import type { ActiveRun } from './active-run.js';
import type { HealthTarget } from './check-health.js';
import { maskedDefinition } from './definition.js';
import { failureOf } from './failure-of.js';
import type { InstanceContext } from './instance-context.js';
import { canTransition } from './state-machine.js';

/** What is known of one instance, and what answers show of it. */
export class InstanceState {
  readonly #context: InstanceContext;
  #status: InstanceStatus = 'stopped';
  #failure: Failure | null = null;
  #lastExit: LastExit | null = null;
  definition: InstanceDefinition;
  /** Its process; null while it has none. */
  active: ActiveRun | null = null;

  constructor(definition: InstanceDefinition, context: InstanceContext) {
    this.definition = definition;
    this.#context = context;
  }

  get name(): string {
    return this.definition.name;
  }

  get status(): InstanceStatus {
    return this.#status;
  }

  /** The instance as answers show it. */
  view(): Instance {
    const backend = this.#context.backends[this.definition.backend];
    return {
      ...maskedDefinition(this.definition, backend?.secretOptions ?? new Set()),
      status: this.#status,
      pid: this.active?.run.pid ?? null,
      failure: this.#failure,
      last_exit: this.#lastExit,
    };
  }

  details(): InstanceDetails {
    return {
      ...this.view(),
      stats: this.#status === 'running' ? (this.active?.stats ?? null) : null,
    };
  }

  /** Where to look for its health. */
  healthTarget(): HealthTarget | null {
    if (this.active === null) return null;
    const { backend, port, run } = this.active;
    const { host } = this.#context;
    return { backend, host, port, isAlive: () => isSameProcess(run.identity) };
  }

  fail(failure: Failure): void {
    this.#failure = failure;
    this.transition('failed');
  }

  /** Fails after a start that was refused before there was a process, if that says something about the instance. */
  refuseStart(error: unknown): void {
    const failure = failureOf(error);
    if (failure === null) return;
    this.transition('starting');
    const { message: reason } = error as LlamactlError;
    const at = new Date().toISOString();
    this.#lastExit = { code: null, signal: null, reason, at, log_tail: [] };
    this.fail(failure);
  }

  /** Lets go of its process, which is gone. */
  release(active: ActiveRun, lastExit: LastExit): void {
    this.#lastExit = lastExit;
    this.active = null;
    if (active.port !== this.definition.port) {
      this.#context.ports.release(active.port, this.name);
    }
  }

  /** The one place where the state changes: table, then field, then event. */
  transition(to: InstanceStatus): void {
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
}
