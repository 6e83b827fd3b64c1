import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isLate } from './answer-client-error.js';

/** Whether a connection is over its time for a head of which not a byte has come. */
export function isSilent(error: NodeJS.ErrnoException, socket: Duplex): socket is Socket {
  return isLate(error) && socket instanceof Socket && socket.bytesRead === 0;
}

/**
 * Keeps such a connection for as long as one that has served a request. Clients open connections ahead of their
 * requests, or for one that was called off; they would take an error for the answer to what they send in that moment.
 */
export function keepSilent(socket: Socket, ms: number): void {
  const timer = setTimeout(() => {
    if (socket.bytesRead === 0) socket.destroy();
  }, ms).unref();
  socket.once('close', () => clearTimeout(timer));
}
