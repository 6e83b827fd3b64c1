import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';
import { createOriginList } from '../origin.js';
import { isPreflight } from '../sharing.js';

/**
 * Returns what refuses pages of other sites. Programs say nothing of an origin and pass; so do pages of this very
 * host and of `allowed` origins; else it throws ORIGIN_FORBIDDEN.
 */
export function createOriginAssertion(allowed: readonly string[]) {
  const isAllowed = createOriginList(allowed);
  return ({ headers }: IncomingMessage): void => {
    const { origin, host } = headers;
    const isStranger =
      origin === undefined
        ? isOfOtherSite(headers)
        : !isAllowed(origin) && !isSameHost(origin, host);
    if (isStranger) throw forbidden();
  };
}

/**
 * {@link createOriginAssertion} for changes. Pages of other sites are not let read either where the browser
 * tells that it is one: they would not get to see anything, but could use up the limit of whoever sits there.
 */
export function createOriginGuard(allowed: readonly string[]) {
  const assertOrigin = createOriginAssertion(allowed);
  return (request: IncomingMessage): void => {
    const { method = '', headers } = request;
    // Its answer tells a page no more than whether it may.
    if (isPreflight(method, headers)) return;
    const isReading = method === 'GET' || method === 'HEAD';
    if (!isReading || isOfOtherSite(headers)) assertOrigin(request);
  };
}

/** {@link createOriginGuard} for every request. */
export function checkOrigin(allowed: readonly string[]): Middleware {
  const guardOrigin = createOriginGuard(allowed);
  return async (ctx, next) => {
    guardOrigin(ctx.req);
    await next();
  };
}

function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  const own = `${protocol}//${host}`;
  return /^https?:$/.test(protocol) && URL.canParse(own) && new URL(own).host === originHost;
}

/** Whether a page of another origin asks, and not a person who follows its link. */
function isOfOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = String(headers['sec-fetch-site']);
  const isLink =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return (site === 'cross-site' || site === 'same-site') && !isLink;
}

function forbidden(): LlamactlError {
  return new LlamactlError(
    'ORIGIN_FORBIDDEN',
    'Pages of that origin may neither change nor watch anything here.',
    {
      details:
        'If the page is yours, add its origin to server.allowed_origins in the configuration.',
    },
  );
}
