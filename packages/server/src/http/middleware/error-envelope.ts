import { httpStatusOf, LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';
import type { Logger } from '../../log/logger.js';
import { answerWithJson } from '../answer-with-json.js';

/** Seconds after which a client may try again, where the error does not tell. */
const defaultRetryAfterSeconds = 5;

/**
 * Answers every error as `{error, code, details}`. What was not thrown on purpose becomes INTERNAL_ERROR:
 * its text goes to the log alone, under the id of the request.
 */
export function errorEnvelope(logger: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (thrown) {
      const error = toAnswer(thrown);
      const status = httpStatusOf(error.code);
      if (status >= 500 && error.code !== 'SHUTTING_DOWN') {
        logger.error('request failed', {
          request_id: ctx.state.requestId,
          method: ctx.method,
          path: ctx.path,
          code: error.code,
          error: error.cause ?? error,
        });
      }
      ctx.set(errorHeaders(error));
      ctx.status = status;
      answerWithJson(ctx, error);
    }
  };
}

/** The error to answer with: what was not thrown on purpose becomes INTERNAL_ERROR. */
export function toAnswer(thrown: unknown): LlamactlError {
  return LlamactlError.is(thrown) ? thrown : internalError(thrown);
}

/** Headers that an error brings with it. */
export function errorHeaders({ code, retryAfterSeconds }: LlamactlError): Record<string, string> {
  const status = httpStatusOf(code);
  if (status === 401) return { 'WWW-Authenticate': 'Bearer' };
  const isPassing = status === 429 || status === 503;
  const seconds = retryAfterSeconds ?? (isPassing ? defaultRetryAfterSeconds : undefined);
  // Earlier would be too early.
  return seconds === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) };
}

function internalError(cause: unknown): LlamactlError {
  return new LlamactlError('INTERNAL_ERROR', 'Something went wrong inside the server.', {
    details: 'The server log has the details under the id in the X-Request-Id header.',
    cause,
  });
}
