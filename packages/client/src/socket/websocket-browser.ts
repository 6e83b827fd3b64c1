import { ConnectionError } from '../errors/connection-error.js';
import { InvalidRequestError } from '../errors/invalid-request-error.js';
import { noCloseCode, type OpenSocket, type SocketEnd, type SocketRequest } from './socket.js';

const protocol = 'llamactl.v1';

/**
 * A WebSocket of the platform: in browsers, Deno, Bun and workers. It cannot send headers, so the token goes
 * as a subprotocol; why it was refused, and pings, are hidden from it.
 */
export const openSocket: OpenSocket = (request, listener) => {
  const socket = connect(request);
  let isOver = false;
  let wasOpen = false;
  const end = (how: SocketEnd) => {
    if (isOver) return;
    isOver = true;
    listener.onEnd(how);
  };
  socket.onopen = () => {
    if (isOver) return;
    wasOpen = true;
    listener.onAlive();
  };
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    if (isOver) return;
    listener.onAlive();
    listener.onMessage(typeof data === 'string' ? data : null);
  };
  // Says nothing itself; `close` follows.
  socket.onerror = () => {};
  socket.onclose = ({ code }) => {
    if (wasOpen && code !== noCloseCode) end({ kind: 'closed', code });
    else end({ kind: 'failed', error: null });
  };
  return {
    close() {
      isOver = true;
      socket.close();
    },
  };
};

function connect({ url, token }: SocketRequest): WebSocket {
  if (typeof globalThis.WebSocket !== 'function') {
    throw new ConnectionError('This platform has no WebSocket.', {
      details: 'Use a browser, or Node, where the package brings one along.',
      url,
      systemCode: null,
    });
  }
  const protocols = token === null ? [protocol] : [protocol, `llamactl.bearer.${token}`];
  try {
    return new globalThis.WebSocket(url, protocols);
  } catch {
    // The error of the platform shows the token.
    throw new InvalidRequestError(
      `A WebSocket to ${url} cannot be opened from here.`,
      'Look for characters of the token that a subprotocol must not have, and for a page on https that asks for http.',
    );
  }
}
