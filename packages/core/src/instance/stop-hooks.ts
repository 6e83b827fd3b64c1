import type { StopHook } from '../llamactl.js';

/** What is waited for before the processes of an instance are signalled to end. */
export class StopHooks {
  readonly #hooks = new Set<StopHook>();

  /** Adds one; returns what takes it away again. */
  add(hook: StopHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** Runs them all, and resolves when they are through; one that breaks holds up no stop. */
  async run(...stop: Parameters<StopHook>): Promise<void> {
    await Promise.allSettled([...this.#hooks].map(async (hook) => hook(...stop)));
  }
}
