import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses changes asked for by pages of other sites. Programs send no Origin and pass; so do pages of
 * this very host and of `allowed` origins.
 */
export function checkOrigin(allowed: readonly string[]): Middleware {
  const origins = new Set(
    allowed.map((origin) => (URL.canParse(origin) ? new URL(origin).origin : origin)),
  );
  return async (ctx, next) => {
    const origin = ctx.req.headers.origin;
    const passes =
      safeMethods.has(ctx.method) ||
      origin === undefined ||
      origins.has(origin) ||
      isSameHost(origin, ctx.req.headers.host);
    if (passes) return next();
    throw new LlamactlError(
      'ORIGIN_FORBIDDEN',
      'Pages of that origin may not change anything here.',
      {
        details:
          'If the page is yours, add its origin to server.allowed_origins in the configuration.',
      },
    );
  };
}

function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  const own = `${protocol}//${host}`;
  return /^https?:$/.test(protocol) && URL.canParse(own) && new URL(own).host === originHost;
}
