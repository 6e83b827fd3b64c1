import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Middleware } from 'koa';
import { maxBodyBytes } from '../body/read-json-body.js';

/** Time for a client to stop sending after the answer is out. */
const lingerMs = 1_000;

/**
 * Closes the connection after an answer when a large or endless body was not read. The answer is sent
 * whole first, then what still comes in is thrown away for a moment: closing at once would reset the
 * connection, and many clients would lose the answer.
 */
export const closeAfterUnreadBody: Middleware = async (ctx, next) => {
  await next();
  if (!hasLongRest(ctx.req) || !isWhole(ctx.body)) return;
  const answer = Buffer.from(ctx.body);
  const body = Readable.from(answerThenLinger(answer, ctx.req));
  const { type } = ctx;
  ctx.set('Connection', 'close');
  ctx.body = body;
  ctx.type = type;
  ctx.length = answer.length;
};

function isWhole(body: unknown): body is Buffer | string {
  return Buffer.isBuffer(body) || typeof body === 'string';
}

function hasLongRest(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const { headers } = request;
  const announced = Number(headers['content-length'] ?? 0);
  return headers['transfer-encoding'] !== undefined || announced > maxBodyBytes;
}

async function* answerThenLinger(answer: Buffer, request: IncomingMessage): AsyncGenerator<Buffer> {
  yield answer;
  request.resume();
  const signal = AbortSignal.timeout(lingerMs);
  await finished(request, { signal, writable: false }).catch(() => {});
}
