import { setMaxListeners } from 'node:events';
import { shuttingDown } from './instance-errors.js';

/** Lets operations in until the end begins, and knows those under way. */
export class Gate {
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #ended = new AbortController();
  #isOpen = true;

  constructor() {
    // Any number of operations may wait for the end; Node warns of more than ten otherwise.
    setMaxListeners(0, this.#ended.signal);
  }

  /** Aborts, with SHUTTING_DOWN, when the end is complete. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** @throws LlamactlError SHUTTING_DOWN */
  assertOpen(): void {
    if (!this.#isOpen) throw shuttingDown();
  }

  /** Runs an operation that the end has to wait for. */
  async run<T>(operation: () => Promise<T>): Promise<T> {
    this.assertOpen();
    const running = operation();
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  /**
   * Lets nobody in any more, waits for those under way and takes the steps of the end, each also when one
   * before failed.
   * @throws what the first step that failed threw
   */
  async close(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
    this.#isOpen = false;
    await Promise.allSettled(this.#underWay);
    const errors: unknown[] = [];
    for (const step of steps) await step().catch((error: unknown) => errors.push(error));
    this.#ended.abort(shuttingDown());
    if (errors.length > 0) throw errors[0];
  }
}
