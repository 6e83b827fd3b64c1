import type { Middleware } from 'koa';
import type { ClientAddress } from '../client-address.js';

/** Finds out which address a request comes from. */
export function findClient(clientAddress: ClientAddress): Middleware {
  return (ctx, next) => {
    ctx.state.address = clientAddress(ctx.req);
    return next();
  };
}
