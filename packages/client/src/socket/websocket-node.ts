import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import {
  noCloseCode,
  type OpenSocket,
  type RefusedSocket,
  type Socket,
  type SocketEnd,
} from './socket.js';

/** Far more than a snapshot of thousands of instances. */
const maxMessageBytes = 64 * 1024 * 1024;
const maxRefusalCharacters = 64 * 1024;
/** Time for the other side to answer a close, in milliseconds. */
const closeTimeMs = 1_000;

/** A WebSocket in Node, with the token in a header. */
export const openSocket: OpenSocket = ({ url, headers }, listener) => {
  const socket = new WebSocket(url, {
    headers: Object.fromEntries(headers),
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  let isOver = false;
  let broken: Error | null = null;
  const end = (how: SocketEnd) => {
    if (isOver) return;
    isOver = true;
    listener.onEnd(how);
  };
  const unlessOver =
    <A extends unknown[]>(callback: (...args: A) => void) =>
    (...args: A) => {
      if (!isOver) callback(...args);
    };

  socket.on('open', unlessOver(listener.onAlive));
  socket.on('ping', unlessOver(listener.onAlive));
  socket.on(
    'message',
    unlessOver((data, isBinary) => {
      listener.onAlive();
      listener.onMessage(isBinary ? null : String(data));
    }),
  );
  socket.on('unexpected-response', (request, response) => {
    readRefusal(response)
      .then((answer) => end({ kind: 'refused', answer }))
      .catch((error: Error) => end({ kind: 'failed', error }))
      .finally(() => request.destroy());
  });
  // Always followed by `close`.
  socket.on('error', (error) => {
    broken = error;
  });
  socket.on('close', (code) => {
    if (broken !== null || code === noCloseCode) end({ kind: 'failed', error: broken });
    else end({ kind: 'closed', code });
  });
  return closer(socket, () => {
    isOver = true;
  });
};

function closer(socket: WebSocket, onClose: () => void): Socket {
  return {
    close() {
      onClose();
      if (socket.readyState === WebSocket.CONNECTING) return socket.terminate();
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.close(1000);
      setTimeout(() => socket.terminate(), closeTimeMs).unref();
    },
  };
}

/** Reads the beginning of the answer that came instead of a socket. */
async function readRefusal(response: IncomingMessage): Promise<RefusedSocket> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += chunk;
    if (text.length > maxRefusalCharacters) break;
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  return { status: response.statusCode ?? 0, headers, text };
}
