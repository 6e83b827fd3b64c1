import { Credentials } from './credentials/credentials.js';
import type { LlamactlClientOptions } from './options.js';
import { SeenRateLimits } from './rate-limit/seen-rate-limits.js';
import { normalizeBaseUrl } from './transport/base-url.js';
import { createExchange } from './transport/exchange.js';
import { createHttp, type Http } from './transport/http.js';

/** What all requests of one client have in common. */
export interface Connection {
  readonly settings: LlamactlClientOptions;
  /** As in `http://localhost:8080`. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly rateLimits: SeenRateLimits;
  readonly http: Http;
}

/** Opens nothing yet. @throws InvalidRequestError when the settings cannot be right */
export function createConnection(settings: LlamactlClientOptions): Connection {
  const rateLimits = new SeenRateLimits();
  const exchange = createExchange(settings, rateLimits);
  const credentials = new Credentials(settings, exchange);
  return {
    settings,
    baseUrl: normalizeBaseUrl(settings.baseUrl),
    credentials,
    rateLimits,
    http: createHttp(settings, exchange, credentials),
  };
}
