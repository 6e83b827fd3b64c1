import { type $Fetch, createFetch } from 'ofetch';
import { InvalidRequestError } from '../errors/invalid-request-error.js';
import type { LlamactlClientOptions } from '../options.js';
import type { Rate, SeenRateLimits } from '../rate-limit/seen-rate-limits.js';
import { normalizeBaseUrl } from './base-url.js';
import { connectionFailure } from './connection-failure.js';
import { errorOf } from './error-answer.js';
import { type Redact, redactSecretsOf } from './redact.js';
import { requestHeaders } from './request-headers.js';

/** A request of the API; `path` begins with a slash. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Sent as JSON; undefined for none. */
  readonly body?: unknown;
  /** What counts it. */
  readonly rate: Rate;
}

/** Any complete answer, whatever its status. */
export interface HttpAnswer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Takes the secrets of the request out of a text. */
  readonly redact: Redact;
}

/**
 * Sends one request with a credential, null for none, and reads the whole answer.
 *
 * @throws ApiError when the answer is no success; ConnectionError, InvalidRequestError
 */
export type Exchange = (
  request: HttpRequest,
  credential: string | null,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

/** Settles the settings once. @throws InvalidRequestError when the base URL is none */
export function createExchange(
  settings: LlamactlClientOptions,
  rateLimits: SeenRateLimits,
): Exchange {
  const baseUrl = normalizeBaseUrl(settings.baseUrl);
  const { raw } = createFetch({
    fetch: settings.fetch ?? ((...request) => globalThis.fetch(...request)),
    Headers,
    AbortController,
  });
  return async ({ method, path, body: data, rate }, credential, signal) => {
    const body = data === undefined ? undefined : encode(data);
    const headers = requestHeaders(settings.headers, credential, {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    });
    const answer = await send(raw, baseUrl + path, { method, headers, body, signal });
    rateLimits.note(rate, answer.headers);
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer);
    return answer;
  };
}

/** Reads every body whole, as text: the library's own reading hides JSON that is none. */
async function send(
  raw: $Fetch['raw'],
  url: string,
  request: { method: string; headers: Headers; body: string | undefined; signal: AbortSignal },
): Promise<HttpAnswer> {
  const redact = redactSecretsOf(request.headers);
  try {
    const response = await raw(url, {
      ...request,
      // A redirected POST would arrive as a GET, which is another operation.
      redirect: request.method === 'GET' ? 'follow' : 'manual',
      retry: 0,
      responseType: 'text',
      ignoreResponseError: true,
    });
    const { status, headers, _data: text = '' } = response;
    return { url, status, headers, text, redact };
  } catch (error) {
    throw connectionFailure(error, url, redact);
  }
}

function encode(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw new InvalidRequestError(
      'The request cannot be written as JSON.',
      'Give plain data: no cycles, no BigInt.',
    );
  }
}
