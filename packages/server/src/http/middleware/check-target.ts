import type { IncomingMessage } from 'node:http';
import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';

/**
 * Refuses what no client of a server like this one sends: a target that is not a path, two Host headers
 * or, since HTTP/1.1, none.
 *
 * @throws LlamactlError INVALID_REQUEST
 */
export function assertTarget(request: IncomingMessage): void {
  const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && /^host$/i.test(name));
  const needed = request.httpVersion === '1.0' ? 0 : 1;
  if (!request.url?.startsWith('/')) throw bad('The target of the request is not a path.');
  if (hosts.length > 1 || hosts.length < needed) {
    throw bad('The request must have exactly one Host header.');
  }
}

/** {@link assertTarget} for every request. */
export const checkTarget: Middleware = async (ctx, next) => {
  assertTarget(ctx.req);
  await next();
};

function bad(message: string): LlamactlError {
  return new LlamactlError('INVALID_REQUEST', message, {
    details: 'Send the path in the request line and the host in one Host header.',
  });
}
