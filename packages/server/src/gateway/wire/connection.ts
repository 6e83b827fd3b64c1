import { connect, type Socket } from 'node:net';
import type { Upstream } from './pool.js';

/** Told what happens on a connection that is in use. */
export interface ConnectionUser {
  onConnect(): void;
  onData(data: Buffer): void;
  /** There will be no more; `error` when it broke. Called once. */
  onClose(error: Error | null): void;
}

/** One connection to a backend. While nobody uses it, anything that comes makes it useless. */
export class Connection {
  readonly #socket: Socket;
  #user: ConnectionUser | null = null;
  #error: Error | null = null;
  #uses = 0;
  #restedAt = 0;
  #isOver = false;

  constructor({ host, port }: Upstream, onGone: (connection: Connection) => void) {
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on('connect', () => this.#user?.onConnect());
    this.#socket.on('data', (data: Buffer) => {
      if (this.#user) this.#user.onData(data);
      else this.destroy();
    });
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    // A backend that has said its last word is not written to either.
    this.#socket.on('end', () => this.#close());
    this.#socket.on('close', () => {
      this.#close();
      onGone(this);
    });
  }

  /** Whether another request went over it before the one that it is used for now. */
  get isReused(): boolean {
    return this.#uses > 1;
  }

  get isBroken(): boolean {
    return this.#isOver || this.#socket.destroyed;
  }

  /** Time since it was used, in milliseconds. */
  get idleMs(): number {
    return performance.now() - this.#restedAt;
  }

  /** Whether everything that was written has gone out. */
  get isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Begins a use. */
  use(user: ConnectionUser): void {
    this.#uses += 1;
    this.#user = user;
    this.#socket.ref();
    if (this.#isOver) queueMicrotask(() => this.#tell());
    else if (this.#uses > 1) user.onConnect();
  }

  /** Ends a use. */
  rest(): void {
    this.#user = null;
    this.#restedAt = performance.now();
    this.#socket.resume();
    this.#socket.unref();
  }

  write(head: string, body: Buffer): void {
    // In one piece, as long as copying costs less than a second packet.
    if (body.length <= 16_384) {
      const bytes = Buffer.allocUnsafe(head.length + body.length);
      bytes.write(head, 0, 'latin1');
      body.copy(bytes, head.length);
      this.#socket.write(bytes);
      return;
    }
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(body);
    this.#socket.uncork();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#close();
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.destroy();
    this.#tell();
  }

  #tell(): void {
    const user = this.#user;
    this.#user = null;
    user?.onClose(this.#error);
  }
}
