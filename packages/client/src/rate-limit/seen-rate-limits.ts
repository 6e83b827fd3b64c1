import { type RateLimit, type RateLimits, rateLimitOf } from './rate-limit.js';

/** What counts a request. */
export type Rate = keyof RateLimits | 'uncounted';

/** Keeps what the last answers said of the rate limits. */
export class SeenRateLimits {
  #seen: RateLimits = { regular: null, intensive: null };

  get last(): RateLimits {
    return this.#seen;
  }

  /** Reads an answer to a request that is counted so. */
  note(rate: Rate, headers: Headers): void {
    const found: RateLimit | null = rate === 'uncounted' ? null : rateLimitOf(headers);
    if (found !== null) this.#seen = { ...this.#seen, [rate]: found };
  }
}
