import { onAbort } from '@llamactl/contract';
import { TimeoutError } from '../errors/timeout-error.js';
import { silenceFailure } from '../transport/silence-failure.js';
import type { OpenSocket, Socket, SocketRequest } from './socket.js';
import { socketFailure } from './socket-failure.js';

/** What bounds the reading of a socket. */
export interface SocketLimits {
  /** Time until it is open, in milliseconds; Infinity for none. */
  readonly openTimeoutMs: number;
  /** Time without a message or ping after which it counts as dead, in milliseconds. */
  readonly silenceMs: number;
  /** Messages that may wait for the reader. */
  readonly maxWaiting: number;
}

/**
 * The messages of a socket; null is one that is no text. It ends without an error when the signal aborts, and
 * when the reader was so slow that too many messages waited: the socket is closed then, and what waits is
 * still given.
 *
 * @throws ConnectionError, TimeoutError, ApiError when the socket cannot be opened, breaks or is closed
 */
export async function* readSocket(
  openSocket: OpenSocket,
  request: SocketRequest,
  limits: SocketLimits,
  signal: AbortSignal,
): AsyncGenerator<string | null, void, undefined> {
  const inbox = new Inbox(openSocket, request, limits);
  const stopListening = onAbort(signal, () => inbox.leave());
  try {
    for (;;) {
      const message = await inbox.take();
      if (message === undefined) return;
      yield message;
    }
  } finally {
    stopListening();
    inbox.leave();
  }
}

/** A socket with the messages that wait for their reader. */
class Inbox {
  readonly #request: SocketRequest;
  readonly #limits: SocketLimits;
  readonly #socket: Socket;
  readonly #waiting: (string | null)[] = [];
  /** Why no more comes; null is no fault. */
  #end: { readonly error: Error | null } | undefined;
  #isAlive = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake = () => {};

  constructor(openSocket: OpenSocket, request: SocketRequest, limits: SocketLimits) {
    this.#request = request;
    this.#limits = limits;
    const { openTimeoutMs } = limits;
    if (Number.isFinite(openTimeoutMs)) {
      this.#timer = setTimeout(() => this.#finish(this.#late()), openTimeoutMs);
    }
    try {
      this.#socket = openSocket(request, {
        onAlive: () => this.#renew(),
        onMessage: (message) => this.#receive(message),
        onEnd: (end) => this.#finish(socketFailure(end, request, this.#isAlive)),
      });
    } catch (error) {
      clearTimeout(this.#timer);
      throw error;
    }
  }

  /** The next message; undefined when no more will come. */
  async take(): Promise<string | null | undefined> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      if (this.#end !== undefined) {
        if (this.#end.error !== null) throw this.#end.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Gives up what waits, and the socket. */
  leave(): void {
    this.#waiting.length = 0;
    this.#finish(null);
  }

  #receive(message: string | null): void {
    if (this.#waiting.length >= this.#limits.maxWaiting) {
      this.#finish(null);
    } else {
      this.#waiting.push(message);
      this.#wake();
    }
  }

  #renew(): void {
    const { silenceMs } = this.#limits;
    this.#isAlive = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#finish(silenceFailure(this.#request.url, silenceMs)),
      silenceMs,
    );
  }

  #finish(error: Error | null): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    clearTimeout(this.#timer);
    this.#socket.close();
    this.#wake();
  }

  #late(): TimeoutError {
    const { openTimeoutMs: timeoutMs } = this.#limits;
    const { url } = this.#request;
    return new TimeoutError(`A WebSocket to ${url} was not open within ${timeoutMs} ms.`, {
      details: 'Give more time with `timeoutMs`, or look whether a proxy passes WebSockets on.',
      timeoutMs,
    });
  }
}
