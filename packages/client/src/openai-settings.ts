import type { LlamactlClientOptions } from './options.js';
import { normalizeBaseUrl } from './transport/base-url.js';
import { requestHeaders } from './transport/request-headers.js';

/** Settings for the `openai` package. */
export interface OpenAISettings {
  readonly baseURL: string;
  /** Only there because the package wants one: what is sent is the token of the client. */
  readonly apiKey: string;
  /** Sends what the client would send: its token, asked for anew each time, and its headers. */
  readonly fetch: typeof globalThis.fetch;
}

/** Settings for the `openai` package that go where a client goes, as whom it goes. */
export function openaiSettings(options: LlamactlClientOptions): OpenAISettings {
  return {
    baseURL: `${normalizeBaseUrl(options.baseUrl)}/v1`,
    apiKey: 'llamactl',
    async fetch(input, init) {
      const send = options.fetch ?? globalThis.fetch;
      const given = new Headers(init?.headers);
      given.delete('authorization');
      const own = Object.fromEntries(given.entries());
      const { headers } = await requestHeaders(options, own);
      return send(input, { ...init, headers });
    },
  };
}
