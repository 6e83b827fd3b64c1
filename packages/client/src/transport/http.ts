import type { Credentials, CredentialUse } from '../credentials/credentials.js';
import { withCredential } from '../credentials/with-credential.js';
import {
  defaultRetries,
  defaultTimeoutMs,
  type LlamactlClientOptions,
  type RequestOptions,
} from '../options.js';
import { withRetries } from '../retry/with-retries.js';
import { normalizeBaseUrl } from './base-url.js';
import { withDeadline } from './deadline.js';
import type { Exchange, HttpAnswer, HttpRequest } from './exchange.js';
import { requestLimits } from './request-limits.js';

/** A request with what it is sent as. */
export interface HttpCall extends HttpRequest {
  readonly credential: CredentialUse;
}

/**
 * Sends a request, more than once where that is safe, and reads the whole answer, within the limits.
 *
 * @throws ApiError when the answer is no success; ConnectionError, TimeoutError, AbortedError, InvalidRequestError
 */
export type Http = (call: HttpCall, options?: RequestOptions) => Promise<HttpAnswer>;

/** Settles the settings once. @throws InvalidRequestError when the base URL is none */
export function createHttp(
  settings: LlamactlClientOptions,
  exchange: Exchange,
  credentials: Credentials,
): Http {
  const baseUrl = normalizeBaseUrl(settings.baseUrl);
  return async (call, options = {}) => {
    const { method, path, rate } = call;
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? defaultTimeoutMs;
    const rules = {
      method,
      isProbe: rate === 'uncounted',
      retries: options.retries ?? settings.retries ?? defaultRetries,
      endsMs: performance.now() + timeoutMs,
    };
    const limits = requestLimits(`${method} ${baseUrl}${path}`, options.signal, timeoutMs);
    return await withDeadline(limits, (signal) =>
      withRetries(rules, signal, () =>
        withCredential(credentials, call.credential, (credential) =>
          exchange(call, credential, signal),
        ),
      ),
    );
  };
}
