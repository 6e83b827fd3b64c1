import { type $Fetch, createFetch } from 'ofetch';
import { InvalidRequestError } from '../errors/invalid-request-error.js';
import { defaultTimeoutMs, type LlamactlClientOptions, type RequestOptions } from '../options.js';
import { normalizeBaseUrl } from './base-url.js';
import { connectionFailure } from './connection-failure.js';
import { withDeadline } from './deadline.js';
import { type Redact, redactSecretsOf } from './redact.js';
import { requestHeaders } from './request-headers.js';
import { requestLimits } from './request-limits.js';

/** A request of the API; `path` begins with a slash. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Sent as JSON; undefined for none. */
  readonly body?: unknown;
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

/** Sends a request and reads the whole answer, within the limits. */
export type Http = (request: HttpRequest, options?: RequestOptions) => Promise<HttpAnswer>;

/** Settles the settings once. @throws InvalidRequestError when the base URL is none */
export function createHttp(settings: LlamactlClientOptions): Http {
  const baseUrl = normalizeBaseUrl(settings.baseUrl);
  const { raw } = createFetch({
    fetch: settings.fetch ?? ((...request) => globalThis.fetch(...request)),
    Headers,
    AbortController,
  });
  return async (request, options = {}) => {
    const url = baseUrl + request.path;
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? defaultTimeoutMs;
    const limits = requestLimits(`${request.method} ${url}`, options.signal, timeoutMs);
    return await withDeadline(limits, async (signal) => {
      const body = request.body === undefined ? undefined : encode(request.body);
      const { headers } = await requestHeaders(settings, {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      });
      const { method } = request;
      return await exchange(raw, url, { method, headers, body, signal });
    });
  };
}

/** Reads every body whole, as text: the library's own reading hides JSON that is none. */
async function exchange(
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
