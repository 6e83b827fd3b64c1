import type { ErrorCode } from '@llamactl/contract';
import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';

/** A request that failed. */
export interface FailedAttempt {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Whether it asks how the server is doing, so that the failure is the answer. */
  readonly isProbe: boolean;
  /** How often it was repeated already. */
  readonly repeats: number;
  /** How often it may be. */
  readonly retries: number;
  /** Time until the deadline of the call, in milliseconds. */
  readonly leftMs: number;
}

/** The longest time that a server may ask to wait, in milliseconds; a call does not wait longer. */
export const longestRetryAfterMs = 60_000;

const firstPauseMs = 200;
/** So that clients which were told the same second do not come back in the same moment. */
const spreadMs = 250;

/** What waiting does not change, or what somebody should know at once. */
const final: ReadonlySet<string> = new Set<ErrorCode>([
  'TOO_MANY_ATTEMPTS',
  'TOO_MANY_FOLLOWS',
  'RESOURCE_EXHAUSTED',
  'INSTANCE_FAILED',
]);

/** Failures of the system after which a server may be there a moment later; null is all that browsers say. */
const passing: ReadonlySet<string | null> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  null,
]);

/**
 * Whether a failed request may be sent once more, and after how many milliseconds; null for no.
 *
 * A request that the server refused before it did anything (429, or 503, with Retry-After) may, whatever its
 * method. One whose connection broke may have had its effect, so only a GET may. A pause that would not be
 * over before the deadline is not begun.
 *
 * @param random - from 0 to 1, as of `Math.random`
 */
export function retryPauseMs(
  error: unknown,
  attempt: FailedAttempt,
  random: number,
): number | null {
  if (attempt.isProbe || attempt.repeats >= attempt.retries) return null;
  const pauseMs = ApiError.is(error)
    ? refusalPauseMs(error, random)
    : brokenPauseMs(error, attempt, random);
  return pauseMs !== null && pauseMs < attempt.leftMs ? pauseMs : null;
}

function refusalPauseMs({ status, code, retryAfterMs }: ApiError, random: number): number | null {
  const isRefusal = status === 429 || status === 503;
  if (!isRefusal || retryAfterMs === null || retryAfterMs > longestRetryAfterMs) return null;
  if (code !== null && final.has(code)) return null;
  return retryAfterMs + random * spreadMs;
}

function brokenPauseMs(
  error: unknown,
  { method, repeats }: FailedAttempt,
  random: number,
): number | null {
  if (method !== 'GET' || !ConnectionError.is(error) || !passing.has(error.systemCode)) return null;
  // Half of it at least, then anything up to the whole.
  return firstPauseMs * 2 ** repeats * (0.5 + random / 2);
}
