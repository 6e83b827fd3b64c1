import { openSocket } from '#websocket';
import { withQuery } from '../operation-path.js';
import { defaultTimeoutMs, type LlamactlClientOptions } from '../options.js';
import { readSocket, type SocketLimits } from '../socket/read-socket.js';
import { normalizeBaseUrl } from '../transport/base-url.js';
import { withDeadline } from '../transport/deadline.js';
import { requestHeaders } from '../transport/request-headers.js';
import { requestLimits } from '../transport/request-limits.js';
import { defaultSilenceMs } from '../transport/silence-failure.js';

/** Connections to the events of a server, one after the other. */
export interface EventSockets {
  /** As in `ws://localhost:8080/api/ws`. */
  readonly url: string;
  /** The messages of one connection; null is one that is no text. */
  readonly read: (query: EventQuery, signal: AbortSignal) => AsyncIterable<string | null>;
  readonly random?: () => number;
}

/** The query of a connection. */
export interface EventQuery {
  readonly since: string | undefined;
  readonly types: string | undefined;
}

const maxWaiting = 1_024;

/** Settles the settings once. @throws InvalidRequestError when the base URL is none */
export function createEventSockets(
  settings: LlamactlClientOptions,
  bounds: Partial<SocketLimits> = {},
): EventSockets {
  const url = `${normalizeBaseUrl(settings.baseUrl).replace(/^http/, 'ws')}/api/ws`;
  const { timeoutMs = defaultTimeoutMs } = settings;
  const limits = { openTimeoutMs: timeoutMs, silenceMs: defaultSilenceMs, maxWaiting, ...bounds };
  return {
    url,
    async *read(query, signal) {
      const asking = requestLimits(`GET ${url}`, signal, limits.openTimeoutMs);
      const who = await withDeadline(asking, () => requestHeaders(settings, {}));
      const request = { ...who, url: withQuery(url, { ...query }) };
      yield* readSocket(openSocket, request, limits, signal);
    },
  };
}
