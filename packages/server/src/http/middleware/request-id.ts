import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';

const acceptable = /^[A-Za-z0-9._:-]{1,128}$/;

/** Gives every request an id: the one in `X-Request-Id` if it is a short token, else a fresh one. */
export const requestId: Middleware = async (ctx, next) => {
  const offered = ctx.get('x-request-id');
  const id = acceptable.test(offered) ? offered : randomUUID();
  ctx.state.requestId = id;
  ctx.set('X-Request-Id', id);
  await next();
};
