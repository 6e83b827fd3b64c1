import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';
import type { Lifecycle } from '../lifecycle.js';

/** Counts requests, and refuses them while the server stops; `healthPath` alone still answers then. */
export function shutdownGate(lifecycle: Lifecycle, healthPath: string): Middleware {
  return async (ctx, next) => {
    if (!lifecycle.stopping) ctx.res.once('close', lifecycle.begin());
    else {
      ctx.set('Connection', 'close');
      if (ctx.path !== healthPath) throw serverStopping();
    }
    await next();
    if (lifecycle.stopping && !ctx.headerSent) ctx.set('Connection', 'close');
  };
}

/** What is said to whoever comes while the server stops. */
export function serverStopping(): LlamactlError {
  return new LlamactlError('SHUTTING_DOWN', 'The server is stopping.', {
    details: 'Try again when it has been started again.',
  });
}
