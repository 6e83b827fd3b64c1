import type { Middleware } from 'koa';
import type { Logger } from '../../log/logger.js';

/** Logs every request at `debug`, once its answer is out or its client is gone. */
export function accessLog(logger: Logger): Middleware {
  return async (ctx, next) => {
    const begun = performance.now();
    ctx.res.once('close', () => {
      logger.debug('request', {
        request_id: ctx.state.requestId,
        address: ctx.state.address,
        method: ctx.method,
        path: ctx.path,
        status: ctx.status,
        finished: ctx.res.writableFinished,
        ms: (performance.now() - begun).toFixed(1),
      });
    });
    await next();
  };
}
