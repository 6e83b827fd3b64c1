import type { Connection, ConnectionUser } from './connection.js';
import type { Pool } from './pool.js';
import type { ResponseHead } from './response-head.js';
import { type ResponseHandler, ResponseReader } from './response-reader.js';

/** A request as it is sent. */
export interface OutgoingRequest {
  readonly method: string;
  /** Request line and headers, the empty line included. */
  readonly head: string;
  readonly body: Buffer;
}

/** How long a backend may take, in milliseconds. */
export interface ExchangeTimeouts {
  readonly connectMs: number;
  /** Until the first byte of the answer. */
  readonly firstByteMs: number;
  /** Between two bytes of it. */
  readonly idleMs: number;
}

/** Why there is no answer, or no whole one. */
export interface ExchangeFailure {
  readonly kind: 'connect' | 'broken' | 'timeout';
  readonly cause: Error | null;
}

/** Told how an exchange goes; after `onEnd` or `onFailure` nothing more comes. */
export interface ExchangeHandler extends ResponseHandler {
  onFailure(failure: ExchangeFailure): void;
}

/** Sends one request to a backend and tells what it answers. */
export class Exchange implements ConnectionUser, ResponseHandler {
  readonly #pool: Pool;
  readonly #request: OutgoingRequest;
  readonly #handler: ExchangeHandler;
  readonly #timeouts: ExchangeTimeouts;
  #connection: Connection;
  #reader: ResponseReader;
  #timer: NodeJS.Timeout | null = null;
  #timerMs = 0;
  /** Changes with every sign of life. */
  #beats = 0;
  #hasBytes = false;
  #isOver = false;
  #isPooled = false;

  constructor(
    pool: Pool,
    request: OutgoingRequest,
    handler: ExchangeHandler,
    timeouts: ExchangeTimeouts,
  ) {
    this.#pool = pool;
    this.#request = request;
    this.#handler = handler;
    this.#timeouts = timeouts;
    this.#reader = new ResponseReader(request.method, this);
    this.#connection = pool.take();
    this.#send();
  }

  /** Whether something of the answer has come. */
  get hasBegun(): boolean {
    return this.#hasBytes;
  }

  /** Lets go of it: the connection is cut, and nothing more is told. */
  abort(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#connection.destroy();
  }

  /** Stops taking the answer until `resume`. */
  pause(): void {
    this.#stopTimer();
    this.#connection.pause();
  }

  resume(): void {
    if (this.#isOver) return;
    this.#startTimer(this.#timeouts.idleMs);
    this.#connection.resume();
  }

  onConnect(): void {
    this.#startTimer(this.#timeouts.firstByteMs);
  }

  onData(data: Buffer): void {
    if (this.#isOver) return;
    this.#hasBytes = true;
    this.#startTimer(this.#timeouts.idleMs);
    this.#read(() => this.#reader.push(data));
  }

  onClose(error: Error | null): void {
    if (this.#isOver) return;
    // The backend may have closed it just when we took it: a fresh one gets the request then.
    if (this.#connection.isReused && !this.#hasBytes && !this.#pool.isDestroyed) {
      this.#connection = this.#pool.take({ fresh: true });
      this.#send();
      return;
    }
    if (error === null) this.#read(() => this.#reader.close());
    else this.#fail(this.#timerMs === this.#timeouts.connectMs ? 'connect' : 'broken', error);
  }

  onHead(head: ResponseHead): void {
    if (this.#isOver) return;
    // A body without a length was streamed; llama-server closes the connection after such, unannounced.
    this.#isPooled = head.framing.kind === 'length';
    this.#handler.onHead(head);
  }

  onBody(chunk: Buffer): void {
    if (!this.#isOver) this.#handler.onBody(chunk);
  }

  onEnd(): void {
    if (this.#isOver) return;
    this.#finish();
    const connection = this.#connection;
    const canReuse = this.#isPooled && this.#reader.canReuse && connection.isFlushed;
    if (canReuse) this.#pool.giveBack(connection);
    else connection.destroy();
    this.#handler.onEnd();
  }

  #send(): void {
    this.#startTimer(this.#timeouts.connectMs);
    this.#connection.use(this);
    this.#connection.write(this.#request.head, this.#request.body);
  }

  #read(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#fail('broken', error as Error);
    }
  }

  #fail(kind: ExchangeFailure['kind'], cause: Error | null): void {
    if (this.#isOver) return;
    this.abort();
    this.#handler.onFailure({ kind, cause });
  }

  #finish(): void {
    this.#isOver = true;
    this.#stopTimer();
  }

  #startTimer(ms: number): void {
    this.#beats += 1;
    if (this.#timer !== null && this.#timerMs === ms) {
      this.#timer.refresh();
      return;
    }
    this.#stopTimer();
    this.#timerMs = ms;
    this.#timer = setTimeout(() => {
      const beats = this.#beats;
      // After a stall of our own, what came in meanwhile is looked at first.
      setImmediate(() => {
        if (this.#beats !== beats) return;
        this.#fail(ms === this.#timeouts.connectMs ? 'connect' : 'timeout', null);
      });
    }, ms);
  }

  #stopTimer(): void {
    this.#beats += 1;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
