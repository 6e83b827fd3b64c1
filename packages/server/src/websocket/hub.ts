import type { WebSocket } from 'ws';
import { encodeEvent } from './messages.js';
import { encodeHello, openSession, positionOf, type StateSource } from './opening.js';
import { Session } from './session.js';
import type { SocketQuery } from './socket-query.js';

/** All sockets of a server, fed by one subscription. */
export interface Hub {
  /** Begins the conversation on a fresh socket. */
  add(socket: WebSocket, query: SocketQuery): void;
  /**
   * Tells all sockets that the server stops; resolves when they are closed. Those that do not answer
   * are cut off when `signal` aborts.
   */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * A hub over one core, without sockets yet.
 *
 * @param positionMs - how often sockets which are not told of what happens are told how far the numbers are,
 *   so that they can still be resumed after more events than are remembered
 */
export function createHub(source: StateSource, positionMs: number): Hub {
  const sessions = new Map<Session, Promise<void>>();
  const unsubscribe = source.llamactl.feed.subscribe((event) => {
    if (sessions.size === 0) return;
    const message = encodeEvent(event);
    for (const session of sessions.keys()) session.take(event, message);
  });
  const tellPosition = () => {
    const position = positionOf(source);
    const hello = encodeHello(source, position);
    for (const session of sessions.keys()) session.tellPosition(position.seq, hello);
  };
  const round = setInterval(tellPosition, positionMs).unref();
  return {
    add(socket, query) {
      const session = new Session(socket, query);
      const closed = new Promise<void>((resolve) => {
        socket.once('close', () => {
          sessions.delete(session);
          resolve();
        });
      });
      sessions.set(session, closed);
      session.open(openSession(source, query));
    },
    async close(signal) {
      unsubscribe();
      clearInterval(round);
      const cutOff = () => {
        for (const session of sessions.keys()) session.terminate();
      };
      for (const session of sessions.keys()) session.close(1001);
      if (signal.aborted) cutOff();
      signal.addEventListener('abort', cutOff);
      await Promise.all(sessions.values());
      signal.removeEventListener('abort', cutOff);
    },
  };
}
