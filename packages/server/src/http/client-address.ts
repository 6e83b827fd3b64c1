import type { IncomingMessage } from 'node:http';

/** The address that a request comes from, as limits go by it. */
export type ClientAddress = (request: IncomingMessage) => string;

/** The address of the socket. */
export function createClientAddress(): ClientAddress {
  return ({ socket }) => socket.remoteAddress ?? '';
}
