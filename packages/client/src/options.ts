import type { Session } from './credentials/session.js';

/**
 * A token, or a function that is asked for one before each request; null for none. When the server refuses what it
 * gave, it is asked once more, and another token is tried once.
 *
 * @example
 * ```ts
 * import { LlamactlClient, type TokenSource } from '@llamactl/client';
 *
 * const token: TokenSource = () => sessionStorage.getItem('token');
 * const client = new LlamactlClient({ baseUrl: 'http://localhost:8080', token });
 * ```
 */
export type TokenSource = string | (() => string | null | Promise<string | null>);

/**
 * Settings of a {@link LlamactlClient}. Of `token`, `apiKey` and `session` only one can be given.
 *
 * @example
 * ```ts
 * import { LlamactlClient, type LlamactlClientOptions } from '@llamactl/client';
 *
 * const options: LlamactlClientOptions = {
 *   baseUrl: 'https://llm.example.org',
 *   apiKey: 'the key that createApiKey gave',
 *   timeoutMs: 10_000,
 * };
 * const client = new LlamactlClient(options);
 * ```
 */
export interface LlamactlClientOptions {
  /** Where the server is, with or without `/api`, as in `http://localhost:8080`. */
  readonly baseUrl: string | URL;
  /** Sent as `Authorization: Bearer`. Default: none is sent. */
  readonly token?: TokenSource | undefined;
  /**
   * An API key. It is sent as `Authorization: Bearer` too: the one header that the API, its sockets and every
   * OpenAI client send, that proxies pass on, and that logs leave out.
   */
  readonly apiKey?: string | undefined;
  /** A session out of the app's own store, to go on without a password. */
  readonly session?: Session | undefined;
  /**
   * Told of each new session, after a login and each time its token was refreshed, and null when it is over: after
   * `logout`, and when the server does not take it any more. An error that it throws rejects the call that it is
   * told by.
   */
  readonly onToken?: ((session: Session | null) => void) | undefined;
  /** Time for a whole call with its answer and repeats, in milliseconds; Infinity for none. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
  /** How often a call may be repeated where that is safe; 0 for never. Default: 2. */
  readonly retries?: number | undefined;
  /** A `fetch` to use instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Further headers, sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * What each method takes last.
 *
 * @example
 * ```ts
 * import type { RequestOptions } from '@llamactl/client';
 *
 * const hurried: RequestOptions = { timeoutMs: 1_000, retries: 0 };
 * const instances = await client.listInstances(hurried);
 * ```
 */
export interface RequestOptions {
  /** Ends the call; the method rejects with an AbortedError. */
  readonly signal?: AbortSignal | undefined;
  /** Time for this call with its answer and repeats, in milliseconds. Default: that of the client. */
  readonly timeoutMs?: number | undefined;
  /** How often this call may be repeated where that is safe. Default: that of the client. */
  readonly retries?: number | undefined;
}

/**
 * Time for a whole call when nothing else is said, in milliseconds.
 *
 * @example
 * ```ts
 * import { defaultTimeoutMs } from '@llamactl/client';
 *
 * await client.getSystemStatus({ timeoutMs: defaultTimeoutMs * 2 });
 * ```
 */
export const defaultTimeoutMs = 30_000;

/**
 * How often a call may be repeated when nothing else is said.
 *
 * @example
 * ```ts
 * import { defaultRetries } from '@llamactl/client';
 *
 * await client.listInstances({ retries: defaultRetries + 3 });
 * ```
 */
export const defaultRetries = 2;
