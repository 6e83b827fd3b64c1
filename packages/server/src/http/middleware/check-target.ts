import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';

/**
 * Refuses what no client of a server like this one sends: a target that is not a path, two Host headers
 * or, since HTTP/1.1, none.
 */
export const checkTarget: Middleware = async (ctx, next) => {
  const hosts = ctx.req.rawHeaders.filter((name, at) => at % 2 === 0 && /^host$/i.test(name));
  const needed = ctx.req.httpVersion === '1.0' ? 0 : 1;
  if (!ctx.req.url?.startsWith('/')) throw bad('The target of the request is not a path.');
  if (hosts.length > 1 || hosts.length < needed) {
    throw bad('The request must have exactly one Host header.');
  }
  await next();
};

function bad(message: string): LlamactlError {
  return new LlamactlError('INVALID_REQUEST', message, {
    details: 'Send the path in the request line and the host in one Host header.',
  });
}
