import { once } from 'node:events';
import { type ServerMessage, type ServerMessageOf, serverMessages } from '@llamactl/contract';
import { expect } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

/** A client on /api/ws that holds every message against the contract. */
export interface TestSocket extends Disposable {
  readonly socket: WebSocket;
  /** Everything received so far. */
  readonly messages: readonly ServerMessage[];
  /** How the conversation ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The first message, also of those received before, that fits. */
  find(fits: (message: ServerMessage) => boolean): Promise<ServerMessage>;
  /** The first message of a type. */
  first<T extends ServerMessage['type']>(type: T): Promise<ServerMessageOf<T>>;
}

/** What to ask for. */
export interface OpenSocketOptions extends ClientOptions {
  readonly query?: string;
  readonly protocols?: string[];
  /** Called with each message, from the first on. */
  readonly onMessage?: (message: ServerMessage) => void;
}

/** Opens one; fails when it is refused. */
export async function openSocket(
  url: string,
  { query = '', protocols = [], onMessage = () => {}, ...options }: OpenSocketOptions = {},
): Promise<TestSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/ws${query}`, protocols, options);
  const client = listenTo(socket, onMessage);
  await once(socket, 'open', { signal: AbortSignal.timeout(20_000) });
  return client;
}

/** One who looks for a message. */
interface Look {
  at(): void;
  fail(error: Error): void;
}

function listenTo(socket: WebSocket, onMessage: (message: ServerMessage) => void): TestSocket {
  const messages: ServerMessage[] = [];
  const looking = new Set<Look>();
  socket.on('message', (data, isBinary) => {
    expect(isBinary).toBe(false);
    const message = parseMessage(String(data));
    messages.push(message);
    onMessage(message);
    for (const { at } of looking) at();
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  // Nothing that was found is held by those who look no more: some tests receive gigabytes.
  closed.then(({ code }) => {
    for (const { fail } of looking) fail(new Error(`closed with ${code} before it came`));
  });
  const find: TestSocket['find'] = (fits) =>
    new Promise((resolve, reject) => {
      const look: Look = {
        at: () => {
          const found = messages.find(fits);
          if (!found) return;
          looking.delete(look);
          resolve(found);
        },
        fail: reject,
      };
      looking.add(look);
      look.at();
      if (socket.readyState === WebSocket.CLOSED) reject(new Error('closed before it came'));
    });
  return {
    socket,
    messages,
    closed,
    find,
    first: (type) => find((message) => message.type === type) as never,
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** A message as the contract has it, without a field more. */
export function parseMessage(text: string): ServerMessage {
  const message = JSON.parse(text) as ServerMessage;
  expect(serverMessages[message.type].parse(message)).toEqual(message);
  return message;
}
