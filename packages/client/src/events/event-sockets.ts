import { openSocket } from '#websocket';
import { type Connection, createConnection } from '../connection.js';
import { keepFresh } from '../credentials/keep-fresh.js';
import { withQuery } from '../operation-path.js';
import { defaultTimeoutMs, type LlamactlClientOptions } from '../options.js';
import { readSocket, type SocketLimits } from '../socket/read-socket.js';
import { withDeadline } from '../transport/deadline.js';
import { requestHeaders } from '../transport/request-headers.js';
import { requestLimits } from '../transport/request-limits.js';
import { defaultSilenceMs } from '../transport/silence-failure.js';
import { afterBreak, afterRefusal } from './socket-credential.js';

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
  connection: Connection = createConnection(settings),
): EventSockets {
  const { baseUrl, credentials } = connection;
  const url = `${baseUrl.replace(/^http/, 'ws')}/api/ws`;
  const { timeoutMs = defaultTimeoutMs } = settings;
  const limits = { openTimeoutMs: timeoutMs, silenceMs: defaultSilenceMs, maxWaiting, ...bounds };

  /** One connection; when it was refused before its first message, gives the credential for another one. */
  async function* readAs(
    token: string | null,
    { query, signal, isLast }: { query: EventQuery; signal: AbortSignal; isLast: boolean },
  ): AsyncGenerator<string | null, string | null, undefined> {
    const headers = requestHeaders(settings.headers, token, {});
    const request = { headers, token, url: withQuery(url, { ...query }) };
    let hasBegun = false;
    try {
      for await (const message of readSocket(openSocket, request, limits, signal)) {
        hasBegun = true;
        yield message;
      }
      return null;
    } catch (error) {
      if (hasBegun) throw await afterBreak(error, connection, token);
      const { openTimeoutMs: timeoutMs } = limits;
      return await afterRefusal(error, connection, { token, isLast, timeoutMs, signal });
    }
  }

  async function* read(query: EventQuery, signal: AbortSignal) {
    const asking = requestLimits(`GET ${url}`, signal, limits.openTimeoutMs);
    const token = await withDeadline(asking, () => credentials.current('fresh'));
    const other = yield* readAs(token, { query, signal, isLast: false });
    if (other !== null) yield* readAs(other, { query, signal, isLast: true });
  }

  return {
    url,
    async *read(query, signal) {
      const letGo = keepFresh(credentials);
      try {
        yield* read(query, signal);
      } finally {
        letGo();
      }
    },
  };
}
