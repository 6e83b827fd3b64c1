import type { RestartHook } from '../llamactl.js';

/** Who is asked before an instance that ended by itself is started again. */
export class RestartHooks {
  readonly #hooks = new Set<RestartHook>();

  /** Adds one; returns what takes it away again. */
  add(hook: RestartHook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** Why it is not to be started; null when nobody objects. One that breaks does not. */
  async objection(...restart: Parameters<RestartHook>): Promise<string | null> {
    for (const hook of this.#hooks) {
      try {
        const objection = await hook(...restart);
        if (objection !== null) return objection;
      } catch {}
    }
    return null;
  }
}
