import type { Operation } from '@llamactl/contract';
import type { Context, Middleware } from 'koa';
import { callerKey } from '../../rate-limit/caller-key.js';
import type { RateClass, RateLimits } from '../../rate-limit/rate-limits.js';
import { assertWithinLimit, standingHeaders } from '../../rate-limit/standing-headers.js';

/** The limits, as parts of an app. */
export interface RateLimiting {
  /**
   * Counts what ends before it comes to an operation's own counting: no such route, another method, no valid
   * credential. Goes around all of these.
   */
  readonly refusals: Middleware;
  /** Counts the requests of an operation. Goes after what finds out whose they are, before everything else. */
  readonly of: (operation: Operation) => readonly Middleware[];
}

/**
 * Limits for requests under `apiPath`; null for none. What they count has the headers that tell how the caller
 * stands, whatever else the answer says.
 */
export function createRateLimiting(limits: RateLimits | null, apiPath: string): RateLimiting {
  if (limits === null) return { refusals: (_ctx, next) => next(), of: () => [] };
  const count = (ctx: Context, rate: RateClass) => {
    ctx.state.counted = true;
    const { credential, address } = ctx.state;
    const standing = limits.count(rate, callerKey(credential, address));
    ctx.set(standingHeaders(standing));
    assertWithinLimit(standing);
  };
  return {
    async refusals(ctx, next) {
      try {
        await next();
      } catch (error) {
        const isOurs = `${ctx.path}/`.startsWith(`${apiPath}/`) && ctx.method !== 'OPTIONS';
        if (isOurs && !ctx.state.counted) count(ctx, 'regular');
        throw error;
      }
    },
    of: ({ rate }) => {
      if (rate === 'uncounted') return [];
      const counting: Middleware = (ctx, next) => {
        count(ctx, rate ?? 'regular');
        return next();
      };
      return [counting];
    },
  };
}
