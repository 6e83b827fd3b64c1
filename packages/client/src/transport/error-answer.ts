import { type ErrorCode, errorBodySchema } from '@llamactl/contract';
import { ApiError } from '../errors/api-error.js';
import { rateLimitOf } from '../rate-limit/rate-limit.js';
import { excerpt } from './excerpt.js';
import type { HttpAnswer } from './exchange.js';
import { parseJson } from './parse-json.js';
import { retryAfterMs } from './retry-after.js';

/** Codes for a request that no route of the server takes. The client sends what a server of its version knows. */
const noSuchRoute: ReadonlySet<string> = new Set<ErrorCode>(['NOT_FOUND', 'METHOD_NOT_ALLOWED']);
const mayBeOlder =
  'The server may be older than this client and not know that yet: getSystemInfo tells its version. If not, is the base URL right?';

/** Makes an {@link ApiError} of an answer that is no success. */
export function errorOf(answer: HttpAnswer): ApiError {
  const { status, headers, redact } = answer;
  const shared = {
    status,
    requestId: headers.get('x-request-id'),
    retryAfterMs: retryAfterMs(headers.get('retry-after'), Date.now()),
    rateLimit: rateLimitOf(headers),
  };
  const body = errorBodySchema.safeParse(parseJson(answer.text));
  if (!body.success) return new ApiError({ ...shared, ...foreign(answer), code: null });
  const { error, code, details, issues, suggestions } = body.data;
  return new ApiError({
    ...shared,
    code,
    message: redact(error),
    details: noSuchRoute.has(code) ? mayBeOlder : redact(details),
    issues: issues?.map(({ path, message }) => ({ path, message: redact(message) })),
    suggestions: suggestions?.map(redact),
  });
}

function foreign({ url, status, headers, text, redact }: HttpAnswer) {
  const location = headers.get('location');
  // Browsers hide a redirect that was not followed behind status 0.
  if (status === 0 || (status >= 300 && status < 400)) {
    return {
      message: `${url} redirects${location === null ? '' : ` to ${redact(location)}`}.`,
      details: 'Give the address that it redirects to as the base URL.',
    };
  }
  return {
    message: `${url} answered ${status}, not in the way of Llamactl${excerpt(redact(text))}`,
    details: 'Is the base URL right, and is a proxy in between?',
  };
}
