/** A token, or a function that is asked for one before each request; null for none. */
export type TokenSource = string | (() => string | null | Promise<string | null>);

/** Settings of a {@link LlamactlClient}. */
export interface LlamactlClientOptions {
  /** Where the server is, with or without `/api`, as in `http://localhost:8080`. */
  readonly baseUrl: string | URL;
  /** Sent as `Authorization: Bearer`. Default: none is sent. */
  readonly token?: TokenSource | undefined;
  /** Time for a whole request with its answer, in milliseconds; Infinity for none. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
  /** A `fetch` to use instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Further headers, sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What each method takes last. */
export interface RequestOptions {
  /** Ends the request; the method rejects with an AbortedError. */
  readonly signal?: AbortSignal | undefined;
  /** Time for this request with its answer, in milliseconds. Default: that of the client. */
  readonly timeoutMs?: number | undefined;
}

/** Time for a whole request when nothing else is said, in milliseconds. */
export const defaultTimeoutMs = 30_000;
