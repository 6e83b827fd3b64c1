import type { RestartHook } from '../llamactl.js';

/** Who is asked before an instance that ended by itself is started again. */
export class RestartHooks {
  readonly #hooks = new Set<RestartHook>();
  #open = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  /**
   * Lets restarts go on, once the app has had time to add hooks: some were due before it could. It has until it waits
   * for something else.
   */
  open(): void {
    setImmediate(this.#open);
  }

  /** Adds one; returns what takes it away again. */
  add(hook: RestartHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /**
   * Why it is not to be started; null when nobody objects. One that breaks does not. Hooks that are added while
   * others are asked are asked as well.
   */
  async objection(...restart: Parameters<RestartHook>): Promise<string | null> {
    await this.#opened;
    for (const hook of this.#hooks) {
      try {
        const objection = await hook(...restart);
        if (objection !== null) return objection;
      } catch {}
    }
    return null;
  }
}
