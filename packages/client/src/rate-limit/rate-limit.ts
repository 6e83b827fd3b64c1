/**
 * How many requests the server still takes, as its last answer said.
 *
 * @example
 * ```ts
 * const { regular } = client.rateLimit;
 * if (regular?.remaining === 0) console.log(`No more before ${regular.resetAt.toISOString()}.`);
 * ```
 */
export interface RateLimit {
  /** Requests that are taken within a minute. */
  readonly limit: number;
  /** How many of them are left. */
  readonly remaining: number;
  /** When all of them may be made again, to the second, by the clock of the server. */
  readonly resetAt: Date;
}

/**
 * The limits that a server counts by. `intensive` counts what costs much: start, restart, start-all, stop-all,
 * logins, passwords and the configuration; `regular`, everything else. null until an answer said it.
 *
 * @example
 * ```ts
 * import type { RateLimits } from '@llamactl/client';
 *
 * function mayStart({ intensive }: RateLimits): boolean {
 *   return intensive === null || intensive.remaining > 0 || intensive.resetAt <= new Date();
 * }
 * ```
 */
export interface RateLimits {
  readonly regular: RateLimit | null;
  readonly intensive: RateLimit | null;
}

const longestSeconds = 8.64e12;

/** Reads the headers X-RateLimit-…; null when they are not there, or not numbers. */
export function rateLimitOf(headers: Headers): RateLimit | null {
  const limit = numberOf(headers.get('x-ratelimit-limit'));
  const remaining = numberOf(headers.get('x-ratelimit-remaining'));
  const resetSeconds = numberOf(headers.get('x-ratelimit-reset'));
  if (limit === null || remaining === null || resetSeconds === null) return null;
  if (resetSeconds > longestSeconds) return null;
  return { limit, remaining, resetAt: new Date(resetSeconds * 1000) };
}

function numberOf(value: string | null): number | null {
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}
