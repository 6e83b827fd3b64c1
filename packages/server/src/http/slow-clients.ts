import type { IncomingMessage, ServerResponse } from 'node:http';
import { StallLimit } from './stall-limit.js';

/** How much time clients have, in milliseconds. */
export interface SlowClientLimits {
  /** For a whole body that is small. */
  readonly bodyMs: number;
  /** For the next byte of a body that may be large. */
  readonly bodyIdleMs: number;
  /** For the next byte of an answer that has been written. */
  readonly stallMs: number;
  readonly isLarge: (request: IncomingMessage) => boolean;
  /** Called for a body that takes too long, as long as something can still be said. */
  readonly onLate: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A request and its answer, until both have gone over the connection. */
interface Traffic {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When the head had come, in milliseconds of `performance.now()`. */
  startedAt: number;
  /** When bytes of the body came last. */
  movedAt: number;
  /** What had come over the connection by then. */
  movedTo: number;
  /** What had come over the connection with the head. */
  readonly startedFrom: number;
  hasLimit: boolean;
}

/** What a large body has to bring on the average, so that a byte now and then is not enough. */
const leastBytesPerMs = 1;

/**
 * Ends connections of clients that neither send nor take anything any more. It looks at all of them now and then,
 * as a timer for each request would cost more than it is worth.
 */
export class SlowClients {
  readonly #limits: SlowClientLimits;
  readonly #everyMs: number;
  readonly #traffic = new Set<Traffic>();
  #timer: NodeJS.Timeout | null = null;
  #lookedAt = 0;

  constructor(limits: SlowClientLimits) {
    const { bodyMs, bodyIdleMs, stallMs } = limits;
    this.#limits = limits;
    this.#everyMs = Math.min(1_000, bodyMs / 4, bodyIdleMs / 4, stallMs / 4);
  }

  /** Watches over a request whose head has just come; returns what is to be called when its answer is over. */
  watch(request: IncomingMessage, response: ServerResponse): () => void {
    const now = performance.now();
    const { bytesRead } = request.socket;
    const begin = { startedAt: now, movedAt: now, startedFrom: bytesRead, movedTo: bytesRead };
    const traffic: Traffic = { request, response, ...begin, hasLimit: false };
    this.#traffic.add(traffic);
    this.#timer ??= this.#begin(now);
    return () => {
      // The rest of a body that was answered early may still be on its way.
      if (request.complete) this.#traffic.delete(traffic);
    };
  }

  #begin(now: number): NodeJS.Timeout {
    this.#lookedAt = now;
    return setInterval(() => this.#look(), this.#everyMs).unref();
  }

  #look(): void {
    const now = performance.now();
    // While we stood still nothing was read.
    const lostMs = Math.max(0, now - this.#lookedAt - 2 * this.#everyMs);
    this.#lookedAt = now;
    for (const traffic of this.#traffic) {
      const { request, response } = traffic;
      const isOver = response.closed && request.complete;
      if (isOver || request.socket.destroyed) this.#traffic.delete(traffic);
      else this.#check(traffic, now, lostMs);
    }
    if (this.#traffic.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #check(traffic: Traffic, now: number, lostMs: number): void {
    const { request, response } = traffic;
    traffic.startedAt += lostMs;
    traffic.movedAt += lostMs;
    if (!request.complete && this.#isLate(traffic, now)) {
      // It was told before, or cannot be told any more.
      if (response.headersSent || response.destroyed) request.socket.destroy();
      else this.#limits.onLate(request, response);
    } else if (!traffic.hasLimit && isOnItsWay(response)) {
      traffic.hasLimit = true;
      new StallLimit(response, this.#limits.stallMs).begin();
    }
  }

  #isLate(traffic: Traffic, now: number): boolean {
    const { bodyMs, bodyIdleMs, isLarge } = this.#limits;
    const { request, startedAt, startedFrom } = traffic;
    if (!isLarge(request)) return now - startedAt > bodyMs;
    const { bytesRead } = request.socket;
    if (bytesRead > traffic.movedTo) Object.assign(traffic, { movedTo: bytesRead, movedAt: now });
    const earnedMs = (bytesRead - startedFrom) / leastBytesPerMs;
    return now - traffic.movedAt > bodyIdleMs || now - startedAt > bodyIdleMs + earnedMs;
  }
}

/** Whether all of an answer has been written, and its turn on the connection has come. */
function isOnItsWay({ socket, writableEnded, writableFinished }: ServerResponse): boolean {
  return socket !== null && (socket.writableEnded || (writableEnded && !writableFinished));
}
