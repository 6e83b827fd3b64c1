import type { Middleware } from 'koa';

/** Headers of every answer of the API: nothing is cached, sniffed, framed, run or embedded. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Sets {@link securityHeaders}. */
export const setSecurityHeaders: Middleware = async (ctx, next) => {
  ctx.set(securityHeaders);
  await next();
};
