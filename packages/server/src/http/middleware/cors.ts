import type { Context, Middleware } from 'koa';
import { createOriginList } from '../origin.js';

const methods = 'GET, HEAD, POST, PUT, DELETE';
const requestHeaders = [
  'Authorization',
  'Content-Type',
  'X-API-Key',
  'X-Request-Id',
  'Last-Event-ID',
];
const exposedHeaders = [
  'X-Request-Id',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'Retry-After',
  'X-Log-Epoch',
].join(', ');
/** Seconds for which a browser need not ask again. */
const maxAgeSeconds = 3_600;
/** Beside our own headers, pages may send the ones that their libraries add. */
const maxFurtherHeaders = 32;

/**
 * Lets pages of `allowed` origins read answers, errors included. They have to send their credentials themselves,
 * as nothing here goes by what a browser adds on its own.
 */
export function shareWithOrigins(allowed: readonly string[]): Middleware {
  const isAllowed = createOriginList(allowed);
  return (ctx, next) => {
    ctx.vary('Origin');
    const origin = ctx.get('Origin');
    if (isAllowed(origin)) {
      ctx.set('Access-Control-Allow-Origin', origin);
      ctx.set('Access-Control-Expose-Headers', exposedHeaders);
    }
    return next();
  };
}

/** Answers a browser that asks what a page of an allowed origin may do. Goes inside {@link shareWithOrigins}. */
export const answerPreflight: Middleware = async (ctx, next) => {
  const isShared = ctx.res.hasHeader('Access-Control-Allow-Origin');
  if (ctx.method !== 'OPTIONS' || !isShared || ctx.get('Access-Control-Request-Method') === '') {
    await next();
    return;
  }
  ctx.status = 204;
  ctx.remove('Access-Control-Expose-Headers');
  ctx.set({
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': [...requestHeaders, ...furtherHeaders(ctx)].join(', '),
    'Access-Control-Max-Age': String(maxAgeSeconds),
  });
};

function furtherHeaders(ctx: Context): string[] {
  const known = new Set(requestHeaders.map((name) => name.toLowerCase()));
  const asked = ctx.get('Access-Control-Request-Headers').toLowerCase().split(',');
  const names = asked.map((name) => name.trim()).filter((name) => /^[a-z\d-]{1,64}$/.test(name));
  return [...new Set(names)].filter((name) => !known.has(name)).slice(0, maxFurtherHeaders);
}
