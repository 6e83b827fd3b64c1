/** The longest that an instance stays after its last request, in milliseconds. */
const longestRestMs = 1_000;

/**
 * When an instance was loaded and used. After a request it stays for a tenth of the time that it took to load, so that
 * clients which ask one after the other do not unload each other's models for each request, and whoever takes turns
 * on purpose hardly waits. While it is busy it stays for as long as it took to load, so that a machine does not spend
 * most of its time on loading.
 */
export class Use {
  #loadingSince: number | null = null;
  #loadMs = 0;
  #readyAt = 0;
  #at = 0;

  /** When a request that used it ended last, or it became ready, in milliseconds of `performance.now()`. */
  get at(): number {
    return this.#at;
  }

  /** It begins to load. */
  beginLoading(): void {
    this.#loadingSince = performance.now();
  }

  /** It is ready. */
  beginServing(): void {
    this.now();
    this.#readyAt = this.#at;
    this.#loadMs = this.#loadingSince === null ? 0 : this.#at - this.#loadingSince;
    this.#loadingSince = null;
  }

  /** A request that used it has ended. */
  now(): void {
    this.#at = performance.now();
  }

  /** Milliseconds that it stays yet while nobody asks; 0 or less when it need not stay. */
  get restMs(): number {
    return this.#at + Math.min(this.#loadMs / 10, longestRestMs) - performance.now();
  }

  /** Milliseconds that it stays yet while it is busy, `leastMs` in all at least; 0 or less when it need not stay. */
  turnMs(leastMs: number): number {
    return this.#readyAt + Math.max(this.#loadMs, leastMs) - performance.now();
  }
}
