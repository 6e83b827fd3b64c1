import type { Connection } from './connection.js';
import { requestHeaders } from './transport/request-headers.js';

/**
 * Settings for the `openai` package.
 *
 * @example
 * ```ts
 * import OpenAI from 'openai';
 * import type { OpenAISettings } from '@llamactl/client';
 *
 * const settings: OpenAISettings = client.openai();
 * const openai = new OpenAI({ ...settings, timeout: 120_000 });
 * ```
 */
export interface OpenAISettings {
  readonly baseURL: string;
  /** Only there because the package wants one: what is sent is the credential of the client. */
  readonly apiKey: string;
  /** Sends what the client would send: its credential of that moment, and its headers. */
  readonly fetch: typeof globalThis.fetch;
}

/** Settings for the `openai` package that go where a client goes, as whom it goes. */
export function openaiSettings({ settings, baseUrl, credentials }: Connection): OpenAISettings {
  return {
    baseURL: `${baseUrl}/v1`,
    apiKey: 'llamactl',
    async fetch(input, init) {
      const send = settings.fetch ?? globalThis.fetch;
      const given = new Headers(init?.headers);
      given.delete('authorization');
      const own = Object.fromEntries(given.entries());
      const headers = requestHeaders(settings.headers, await credentials.current('fresh'), own);
      return send(input, { ...init, headers });
    },
  };
}
