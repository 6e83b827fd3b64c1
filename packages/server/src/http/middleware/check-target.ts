import type { IncomingMessage } from 'node:http';
import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';

/**
 * Refuses what no client of a server like this one sends: HTTP/0.9, a target that is not a path, two Host
 * headers or, since HTTP/1.1, none.
 *
 * @throws LlamactlError INVALID_REQUEST
 */
export function assertTarget(request: IncomingMessage): void {
  const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && /^host$/i.test(name));
  const needed = request.httpVersion === '1.0' ? 0 : 1;
  if (!/^1\.[01]$/.test(request.httpVersion)) throw bad('The version of HTTP is none of ours.');
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
    details: 'Send the path in a request line of HTTP/1.1, and the host in one Host header.',
  });
}
