import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection to 127.0.0.1 that says exactly what it is told to. */
export interface RawConnection extends Disposable {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly received: string;
  /** Resolves with all that was received, once the other side has closed. */
  readonly closed: Promise<string>;
  /** Resolves when what was received matches. */
  waitFor(pattern: Pick<RegExp, 'test'>): Promise<void>;
}

/** Opens one. */
export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  await once(socket, 'connect');
  return {
    socket,
    closed,
    get received() {
      return received;
    },
    async waitFor(pattern) {
      while (!pattern.test(received)) {
        const ended = await Promise.race([
          closed.then(() => true),
          once(socket, 'data').then(() => false),
        ]);
        if (ended && !pattern.test(received)) throw new Error(`closed after: ${received}`);
      }
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Sends bytes and reads the one answer that comes before the server closes. */
export async function exchange(
  port: number,
  ...parts: (string | Uint8Array)[]
): Promise<RawAnswer> {
  using connection = await openRaw(port);
  for (const part of parts) connection.socket.write(part);
  return parseAnswer(await connection.closed);
}

/** Reads the first answer in what was received. */
export function parseAnswer(received: string): RawAnswer {
  const [head = '', body = ''] = received.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}
