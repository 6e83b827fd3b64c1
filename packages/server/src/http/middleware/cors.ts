import type { Middleware } from 'koa';
import { createSharing, isPreflight, preflightHeaders } from '../sharing.js';

const methods = 'GET, HEAD, POST, PUT, DELETE';

/**
 * Lets pages of `allowed` origins read answers, errors included. They have to send their credentials themselves,
 * as nothing here goes by what a browser adds on its own.
 */
export function shareWithOrigins(allowed: readonly string[]): Middleware {
  const share = createSharing(allowed);
  return (ctx, next) => {
    ctx.vary('Origin');
    ctx.set(share(ctx.headers) ?? {});
    return next();
  };
}

/** Answers a browser that asks what a page of an allowed origin may do. Goes inside {@link shareWithOrigins}. */
export const answerPreflight: Middleware = async (ctx, next) => {
  const isShared = ctx.res.hasHeader('Access-Control-Allow-Origin');
  if (!isShared || !isPreflight(ctx.method, ctx.headers)) {
    await next();
    return;
  }
  ctx.status = 204;
  ctx.remove('Access-Control-Expose-Headers');
  ctx.set(preflightHeaders(ctx.headers, methods));
};
