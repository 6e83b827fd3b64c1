import type { InstanceStatus } from '@llamactl/contract';
import type { Emitter } from '../events/emitter.js';
import type { LlamactlEvents } from '../events/events.js';

/** What the queue needs of an instance. */
export interface Startable {
  readonly status: InstanceStatus;
  /** Starts it if it is stopped or failed; returns whether it did. */
  startIfIdle(): Promise<boolean>;
}

/** What the queue is bounded by. */
export interface StartQueueOptions {
  /** Instances that may load at the same time. */
  readonly parallelism: number;
  /** How many load now, whoever started them. */
  readonly countLoading: () => number;
  /** Where it hears that one has loaded. */
  readonly events: Emitter<LlamactlEvents>;
}

/**
 * Starts instances in the order they came, so that no more than a number of them load at the same time.
 * One whose start is refused makes room for the next at once.
 */
export class StartQueue<T extends Startable> {
  readonly #options: StartQueueOptions;
  readonly #waiting = new Set<T>();
  /** Those whose start was begun and has not resolved; each has a slot. */
  readonly #trying = new Set<T>();

  constructor(options: StartQueueOptions) {
    this.#options = options;
    options.events.on('instance_status_changed', ({ previous_status }) => {
      if (previous_status === 'starting') this.#fill();
    });
  }

  /**
   * Adds instances. Resolves when as many of them as there is room for are under way; `onRefused` gets what
   * the start of one ended with, also later on.
   */
  async add(instances: readonly T[], onRefused: (instance: T, error: unknown) => void) {
    for (const instance of instances) this.#waiting.add(instance);
    await Promise.all(this.#fill(onRefused));
  }

  /** Whether a start of it is still to come, or to be decided. */
  has(instance: T): boolean {
    return this.#waiting.has(instance) || this.#trying.has(instance);
  }

  /** Takes an instance out; returns whether it was waiting. */
  forget(instance: T): boolean {
    return this.#waiting.delete(instance);
  }

  clear(): void {
    this.#waiting.clear();
  }

  /** Begins a start in each free slot. */
  #fill(onRefused: (instance: T, error: unknown) => void = () => {}): Promise<void>[] {
    const { parallelism, countLoading } = this.#options;
    const slots: Promise<void>[] = [];
    const free = Math.min(this.#waiting.size, parallelism - countLoading() - this.#trying.size);
    for (let slot = 0; slot < free; slot++) slots.push(this.#fillSlot(onRefused));
    return slots;
  }

  /** Tries one after the other until one is under way. */
  async #fillSlot(onRefused: (instance: T, error: unknown) => void): Promise<void> {
    for (let next = this.#shift(); next; next = this.#shift()) {
      this.#trying.add(next);
      try {
        if (await next.startIfIdle()) break;
      } catch (error) {
        onRefused(next, error);
      } finally {
        this.#trying.delete(next);
      }
    }
    this.#fill();
  }

  #shift(): T | undefined {
    const [next] = this.#waiting;
    if (next) this.#waiting.delete(next);
    return next;
  }
}
