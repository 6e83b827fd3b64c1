import type { WebSocket } from 'ws';

/** How often a socket is asked for a sign of life, and how long it may be silent, in milliseconds. */
export interface HeartbeatOptions {
  readonly pingMs: number;
  /** A multiple of `pingMs`. */
  readonly silenceMs: number;
}

/**
 * Pings a socket, and ends it when nothing has come from it for a while: a peer that has vanished without
 * a word would stay for ever otherwise. Rounds are counted, not time, so that a machine that was asleep or
 * too busy does not take its peers for gone. Ends with the socket.
 */
export function startHeartbeat(socket: WebSocket, { pingMs, silenceMs }: HeartbeatOptions): void {
  let silentRounds = 0;
  const heard = () => {
    silentRounds = 0;
  };
  const round = setInterval(() => {
    silentRounds += 1;
    if (silentRounds * pingMs >= silenceMs) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  }, pingMs);
  for (const sign of ['pong', 'ping', 'message'] as const) socket.on(sign, heard);
  socket.once('close', () => clearInterval(round));
}
