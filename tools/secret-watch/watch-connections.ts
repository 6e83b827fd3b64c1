import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { SecretWatch } from './secret-watch.ts';

/** The most that is kept of one connection in each direction, in bytes. */
const maxKept = 1_048_576;
/** Servers of ours put this into every answer; backends and others do not. */
const oursOnly = /^(?:x-request-id|sec-websocket-accept): /im;

/**
 * Keeps what goes over all connections that this process opens: the clients of a test, and the gateway of a server
 * in the same process. Nothing is held up or changed. Returns what ends the watching.
 */
export function watchConnections(watch: SecretWatch): () => void {
  const open = new Set<() => void>();
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    const sent = recorder();
    const received = recorder();
    listen(socket, sent.take, received.take);
    const close = () => {
      if (!open.delete(close)) return;
      watch.sent(sent.text());
      const text = received.text();
      if (oursOnly.test(text)) watch.answered('an answer', text);
    };
    open.add(close);
    socket.once('close', close);
  };
  subscribe('net.client.socket', onSocket);
  return () => {
    unsubscribe('net.client.socket', onSocket);
    for (const close of [...open]) close();
  };
}

function recorder() {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    take(chunk: unknown): void {
      if (length > maxKept) return;
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (!(bytes instanceof Uint8Array)) return;
      // The owner may use its memory again.
      chunks.push(Buffer.from(bytes));
      length += bytes.length;
    },
    text: () => Buffer.concat(chunks).toString('latin1'),
  };
}

type Take = (chunk: unknown) => void;

/** By the methods that streams are made of: a listener for data would set a socket flowing that a test lets stand. */
function listen(socket: Socket, onSent: Take, onReceived: Take): void {
  const { _write: write, _writev: writev, push } = socket;
  socket._write = (chunk, encoding, done) => {
    onSent(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    write.call(socket, chunk, encoding, done);
  };
  if (writev) {
    socket._writev = (chunks, done) => {
      for (const { chunk, encoding } of chunks) {
        onSent(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
      }
      writev.call(socket, chunks, done);
    };
  }
  socket.push = (chunk, encoding) => {
    onReceived(chunk);
    return push.call(socket, chunk, encoding);
  };
}
