import { type Connection, createConnection } from '../connection.js';
import { keepFresh } from '../credentials/keep-fresh.js';
import { withCredential } from '../credentials/with-credential.js';
import { LlamactlClientError } from '../errors/llamactl-client-error.js';
import { defaultTimeoutMs, type LlamactlClientOptions } from '../options.js';
import type { SeenRateLimits } from '../rate-limit/seen-rate-limits.js';
import { connectionFailure } from './connection-failure.js';
import { withDeadline } from './deadline.js';
import { errorOf } from './error-answer.js';
import { type Redact, redactSecretsOf } from './redact.js';
import { requestHeaders } from './request-headers.js';
import { requestLimits } from './request-limits.js';

/** A successful answer whose body is read piece by piece. */
export interface HttpStream {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array>;
  readonly redact: Redact;
  /** Ends the request; a read of the body that waits rejects. To be called in the end in any case. */
  readonly cancel: () => void;
}

/**
 * Sends a GET and gives the answer when it begins; the client's `timeoutMs` is the time for that.
 *
 * @throws ApiError when the answer is no success, and what any other request may reject with
 */
export type OpenHttpStream = (
  path: string,
  accept: string,
  signal: AbortSignal,
) => Promise<HttpStream>;

/** Settles the settings once. @throws InvalidRequestError when the base URL is none */
export function createHttpStream(
  settings: LlamactlClientOptions,
  connection: Connection = createConnection(settings),
): OpenHttpStream {
  const { baseUrl, credentials, rateLimits } = connection;
  const { timeoutMs = defaultTimeoutMs } = settings;
  return async (path, accept, signal) => {
    const url = baseUrl + path;
    const limits = requestLimits(`GET ${url}`, signal, timeoutMs);
    const stream = await withDeadline(limits, (ending) =>
      withCredential(credentials, 'fresh', (credential) => {
        const headers = requestHeaders(settings.headers, credential, { accept });
        return open(settings.fetch ?? globalThis.fetch, url, headers, ending, rateLimits);
      }),
    );
    const letGo = keepFresh(credentials);
    const cancel = () => {
      letGo();
      stream.cancel();
    };
    return { ...stream, cancel };
  };
}

async function open(
  fetch: typeof globalThis.fetch,
  url: string,
  headers: Headers,
  ending: AbortSignal,
  rateLimits: SeenRateLimits,
): Promise<HttpStream> {
  const redact = redactSecretsOf(headers);
  // Lives as long as the body, which the deadline for the beginning of the answer must not end.
  const request = new AbortController();
  const cancel = () => request.abort();
  ending.addEventListener('abort', cancel, { once: true });
  try {
    const response = await fetch(url, { headers, signal: request.signal });
    const { status, body } = response;
    rateLimits.note('regular', response.headers);
    if (response.ok && body !== null) {
      return { url, status, headers: response.headers, body, redact, cancel };
    }
    const text = await response.text();
    throw errorOf({ url, status, headers: response.headers, text, redact });
  } catch (error) {
    request.abort();
    throw LlamactlClientError.is(error) ? error : connectionFailure(error, url, redact);
  } finally {
    ending.removeEventListener('abort', cancel);
  }
}
