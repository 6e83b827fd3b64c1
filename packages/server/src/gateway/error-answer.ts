import { type ErrorCode, httpStatusOf, type LlamactlError } from '@llamactl/contract';
import { errorHeaders, toAnswer } from '../http/middleware/error-envelope.js';
import { anthropicError, anthropicErrorEvent } from './anthropic/error-body.js';
import type { Dialect } from './route.js';

/** An error as a client of a dialect understands it. */
export interface ErrorAnswer {
  readonly error: LlamactlError;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What does not come to another end by itself, although the status sounds so. */
const inVain: readonly ErrorCode[] = ['REQUEST_CANCELLED', 'MEMORY_BUDGET_EXCEEDED'];

/** Turns whatever was thrown into an answer. */
export function errorAnswer(thrown: unknown, dialect: Dialect, requestId: string): ErrorAnswer {
  const error = toAnswer(thrown);
  return {
    error,
    status: httpStatusOf(error.code),
    headers: {
      ...errorHeaders(error),
      // OpenAI's clients would send it again otherwise.
      ...(inVain.includes(error.code) && { 'X-Should-Retry': 'false' }),
    },
    body: JSON.stringify(bodyOf(error, dialect, requestId)),
  };
}

/** The same as an event of a stream that has begun. */
export function errorEvent(thrown: unknown, dialect: Dialect, requestId: string): string {
  const { body } = errorAnswer(thrown, dialect === 'api' ? 'openai' : dialect, requestId);
  return dialect === 'anthropic' ? anthropicErrorEvent(body) : `data: ${body}\n\n`;
}

function bodyOf(error: LlamactlError, dialect: Dialect, requestId: string): unknown {
  const status = httpStatusOf(error.code);
  const message = [error.message, error.details].filter(Boolean).map(sentence).join(' ');
  switch (dialect) {
    case 'openai':
      return {
        error: {
          message,
          type: openaiType(status),
          param: error.issues?.[0]?.path ?? null,
          code: openaiCode(error.code),
        },
      };
    case 'anthropic':
      return anthropicError(status, message, requestId);
    default:
      return error;
  }
}

function sentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

/** OpenAI's own word where it has one, so that its clients know what happened. */
function openaiCode(code: LlamactlError['code']): string {
  if (code === 'INSTANCE_NOT_FOUND') return 'model_not_found';
  return code === 'UNAUTHORIZED' ? 'invalid_api_key' : code;
}

function openaiType(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 429:
      return 'rate_limit_error';
    default:
      return status < 500 ? 'invalid_request_error' : 'server_error';
  }
}
