import type { Instance } from '@llamactl/contract';

/**
 * How long an instance that failed is left alone: for a while, and as long as a restart is due anyway. What the
 * clock on the wall says about that counts once, when the failure is seen: it may be set at any time.
 */
export class CoolDown {
  readonly #ms: number;
  #failure = '';
  #endsAt = 0;

  /** @param ms - How long at most where no restart is due. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Milliseconds that a failed instance is to be left alone from now on; 0 when it may be tried. */
  leftMs({ last_exit, next_restart_at }: Instance): number {
    const failure = `${last_exit?.at} ${next_restart_at}`;
    if (failure !== this.#failure) {
      this.#failure = failure;
      const endedAt = last_exit === null ? 0 : Date.parse(last_exit.at);
      const ms = next_restart_at
        ? Date.parse(next_restart_at) - Date.now()
        : Math.min(endedAt + this.#ms - Date.now(), this.#ms);
      this.#endsAt = performance.now() + ms;
    }
    return Math.max(0, this.#endsAt - performance.now());
  }
}
