import { once } from 'node:events';
import { waitFor } from '@llamactl/testkit';
import { WebSocket } from 'ws';

/** A socket that keeps what comes. */
export interface SocketMessages extends AsyncDisposable {
  /** The first message of a type, which may still come. */
  first(type: string): Promise<unknown>;
}

/** Opens a socket. @throws Error when it is not let in */
export async function socketMessages(url: string): Promise<SocketMessages> {
  const messages: { readonly type?: unknown }[] = [];
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  socket.onmessage = (event) => {
    messages.push(JSON.parse(String(event.data)));
  };
  await once(socket, 'open');
  return {
    first: (type) =>
      waitFor(() => messages.find((message) => message.type === type), {
        timeoutMs: 30_000,
        message: `a message ${type}`,
      }),
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.terminate();
      await closed;
    },
  };
}
