import type { IncomingMessage } from 'node:http';
import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Returns what refuses pages of other sites. Programs send no Origin and pass; so do pages of this very
 * host and of `allowed` origins; else it throws ORIGIN_FORBIDDEN.
 */
export function createOriginAssertion(allowed: readonly string[]) {
  const origins = new Set(
    allowed.map((origin) => (URL.canParse(origin) ? new URL(origin).origin : origin)),
  );
  return ({ headers: { origin, host } }: IncomingMessage): void => {
    if (origin === undefined || origins.has(origin) || isSameHost(origin, host)) return;
    throw new LlamactlError(
      'ORIGIN_FORBIDDEN',
      'Pages of that origin may neither change nor watch anything here.',
      {
        details:
          'If the page is yours, add its origin to server.allowed_origins in the configuration.',
      },
    );
  };
}

/** {@link createOriginAssertion} for changes; what a page of another site reads, it does not get to see. */
export function checkOrigin(allowed: readonly string[]): Middleware {
  const assertOrigin = createOriginAssertion(allowed);
  return async (ctx, next) => {
    if (!safeMethods.has(ctx.method)) assertOrigin(ctx.req);
    await next();
  };
}

function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  const own = `${protocol}//${host}`;
  return /^https?:$/.test(protocol) && URL.canParse(own) && new URL(own).host === originHost;
}
