import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';

const acceptable = /^[A-Za-z0-9._:-]{1,128}$/;

/** The id of a request: the one in `X-Request-Id` if it is a short token, else a fresh one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const offered = headers['x-request-id'];
  return typeof offered === 'string' && acceptable.test(offered) ? offered : randomUUID();
}

/** Gives every request its {@link requestIdOf}. */
export const requestId: Middleware = async (ctx, next) => {
  const id = requestIdOf(ctx.req);
  ctx.state.requestId = id;
  ctx.set('X-Request-Id', id);
  await next();
};
