import { LlamactlError } from '@llamactl/contract';
import type { Standing } from './rate-limits.js';

/** The headers that tell how a caller stands; the reset in Unix seconds, rounded up. */
export function standingHeaders(standing: Standing, nowMs = Date.now()): Record<string, string> {
  const { limit, remaining, resetsInMs } = standing;
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.ceil((nowMs + resetsInMs) / 1_000)),
  };
}

/** @throws LlamactlError RATE_LIMITED when the request was one too many */
export function assertWithinLimit({ isOver, limit, rate, resetsInMs }: Standing): void {
  if (!isOver) return;
  const seconds = Math.max(1, Math.ceil(resetsInMs / 1_000));
  const kind = rate === 'regular' ? 'requests' : `${rate} requests`;
  throw new LlamactlError('RATE_LIMITED', `There were more than ${limit} ${kind} in a minute.`, {
    details: `Wait ${seconds} s; rate_limit.${rate} in the configuration of the server is the limit.`,
    retryAfterSeconds: seconds,
  });
}
