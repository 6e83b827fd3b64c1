import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LlamactlError } from '@llamactl/contract';
import { StallLimit } from '../http/stall-limit.js';
import type { Call } from './call.js';
import { errorAnswer, errorEvent } from './error-answer.js';
import { returnedHeaders } from './forwarded-headers.js';
import { sendError } from './send-error.js';
import type { Exchange, ExchangeFailure, ExchangeHandler } from './wire/exchange.js';
import type { ResponseHead } from './wire/response-head.js';

const lineFeed = 10;
const eventStreamHeaders = [
  ...['Content-Type', 'text/event-stream'],
  ...['Cache-Control', 'no-cache'],
  ...['X-Accel-Buffering', 'no'],
];

/** Where the answer of a backend goes. */
export interface Outlet extends ExchangeHandler {
  /** Ends with an answer that was put together out of what the backend sent. */
  endWithJson(status: number, body: unknown): void;
}

/** Brings the answer of a backend to the client, as it comes and no faster than it is taken. */
export class Answer implements Outlet {
  readonly #call: Call;
  readonly #response: ServerResponse;
  readonly #headers: Readonly<Record<string, string>>;
  #release: ((isLeft: boolean) => void) | null = null;
  #exchange: Exchange | null = null;
  /** The head of the backend's answer, as long as it is not sent. */
  #head: ResponseHead | null = null;
  #isStream = false;
  /** Whether the stream was begun before the backend answered. */
  #isOpened = false;
  /** Whether what the backend answers does not fit into the stream that was begun. */
  #isRefused = false;
  /** Whether what was sent of a stream ends between two events. */
  #isBetween = true;
  #isPaused = false;
  #isBroken = false;
  readonly #stall: StallLimit;

  /**
   * @param headers - Of ours, for every answer.
   * @param stallMs - Time between looks at a client that takes nothing of what was sent to it.
   */
  constructor(call: Call, headers: Readonly<Record<string, string>>, stallMs: number) {
    this.#call = call;
    this.#response = call.response;
    this.#headers = headers;
    this.#stall = new StallLimit(call.response, stallMs);
  }

  /** Sends an answer of our own. */
  sendJson(body: unknown, status = 200): void {
    const bytes = Buffer.from(JSON.stringify(body));
    this.#response.writeHead(status, {
      ...this.#headers,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': bytes.length,
    });
    this.#response.end(bytes);
  }

  /** Sends an answer without a body. */
  sendEmpty(headers: Readonly<Record<string, string>>): void {
    this.#response.writeHead(204, { ...this.#headers, ...headers });
    this.#response.end();
  }

  /**
   * Says where the answer comes from; `release` is called when the backend has no more part in it, with whether that
   * is because nobody waits for it any more.
   */
  from(exchange: Exchange, release: (isLeft: boolean) => void): void {
    this.#exchange = exchange;
    this.#release = release;
    this.#call.onEnd((reason) => {
      exchange.abort();
      this.#over({ isLeft: true });
      if (reason !== null) this.breakOff(reason);
    });
  }

  /** Begins a stream before there is anything to send, so that nobody on the way takes it for dead. */
  keepAlive(): void {
    const isFirst = !this.#response.headersSent;
    if (isFirst) this.#response.writeHead(200, [...eventStreamHeaders, ...this.#ownHeaders()]);
    this.#isStream = true;
    this.#isOpened = true;
    this.#response.write(': waiting for the model\n\n');
  }

  onHead(head: ResponseHead): void {
    this.#call.state = 'answering';
    if (this.#isOpened) {
      this.#isRefused = head.status !== 200 || !isEventStream(head.rawHeaders);
      return;
    }
    this.#head = head;
    // A body that is announced comes at once, and its begin goes out in one piece with the head.
    if (head.framing.kind === 'length' && head.framing.length > 0) return;
    // What is wrong with the begin of the body can still be told as an error then.
    queueMicrotask(() => {
      if (this.#head === null || this.#response.destroyed) return;
      this.#sendHead();
      this.#response.flushHeaders();
    });
  }

  #sendHead(): void {
    const head = this.#head;
    if (head === null) return;
    this.#head = null;
    const returned = returnedHeaders(head.rawHeaders);
    returned.push(...this.#ownHeaders());
    this.#isStream = isEventStream(head.rawHeaders);
    if (this.#isStream) returned.push('X-Accel-Buffering', 'no');
    this.#response.writeHead(head.status, returned);
  }

  onBody(chunk: Buffer): void {
    if (this.#isRefused) return;
    this.#sendHead();
    if (this.#isStream) this.#isBetween = endsAnEvent(chunk);
    // Within one piece of the backend's there may be many chunks.
    if (this.#response.write(chunk) || this.#isPaused) return;
    this.#isPaused = true;
    this.#exchange?.pause();
    this.#stall.begin();
    this.#response.once('drain', () => {
      this.#stall.end();
      this.#isPaused = false;
      this.#exchange?.resume();
    });
  }

  onEnd(): void {
    this.#over();
    if (this.#isRefused) this.breakOff(refusedInStream(this.#call.instance ?? ''));
    else {
      this.#sendHead();
      this.#response.end();
    }
  }

  endWithJson(status: number, body: unknown): void {
    this.#over();
    this.sendJson(body, status);
  }

  onFailure({ kind, cause }: ExchangeFailure): void {
    this.#over();
    this.breakOff(failureOf(kind, this.#call.instance ?? '', cause));
  }

  /** Ends the answer with an error: as such, as an event, or by a cut that no client takes for an end. */
  breakOff(error: unknown): void {
    const { request, response, route, id } = this.#call;
    this.#head = null;
    if (response.destroyed || this.#isBroken) return;
    this.#isBroken = true;
    if (!response.headersSent) {
      sendError(request, response, errorAnswer(error, route.dialect, id), this.#headers);
      return;
    }
    // Nothing can be added to what is whole but not out.
    if (response.writableEnded) {
      response.destroy();
      return;
    }
    const isTold = this.#isStream && this.#isBetween;
    if (isTold) response.write(errorEvent(error, route.dialect, id));
    // To HTTP/1.0 the end of the connection is the end of the body.
    const isReset = !isTold && request.httpVersionMinor === 0;
    cutAfterWrites(response, isReset ? resetAfterWrites : (socket) => socket.destroySoon());
  }

  #ownHeaders(): string[] {
    return Object.entries(this.#headers).flat();
  }

  #over({ isLeft = false } = {}): void {
    const release = this.#release;
    this.#release = null;
    release?.(isLeft);
  }
}

/** Whether an answer is a stream of events. */
export function isEventStream(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some(
    (value, at) =>
      at % 2 === 1 &&
      /^text\/event-stream/i.test(value) &&
      String(rawHeaders[at - 1]).toLowerCase() === 'content-type',
  );
}

/** Cuts a connection once its turn has come to an answer: what was written goes out, but no end of the body. */
function cutAfterWrites(response: ServerResponse, cut: (socket: Socket) => void): void {
  if (response.socket) cut(response.socket);
  // Others are under way before it. What it waits with is handed over right after this event.
  else response.once('socket', (socket: Socket) => process.nextTick(cut, socket));
}

function resetAfterWrites(socket: Socket): void {
  socket.write('', () => socket.resetAndDestroy());
}

function endsAnEvent(chunk: Buffer): boolean {
  const last = chunk.length - 1;
  return chunk[last] === lineFeed && (chunk[last - 1] === lineFeed || chunk[last - 2] === lineFeed);
}

function refusedInStream(instance: string): LlamactlError {
  return new LlamactlError('UPSTREAM_ERROR', `The instance "${instance}" refused the request.`, {
    details: 'Send it again: now that the instance runs, its own answer can be told.',
  });
}

function failureOf(
  kind: ExchangeFailure['kind'],
  instance: string,
  cause: Error | null,
): LlamactlError {
  if (kind === 'timeout') {
    return new LlamactlError('TIMEOUT', `The instance "${instance}" took too long to answer.`, {
      details: 'It may be overloaded; look at its log.',
    });
  }
  const message = `The instance "${instance}" ${kind === 'connect' ? 'does not take connections' : 'broke off its answer'}.`;
  return new LlamactlError('UPSTREAM_ERROR', message, {
    details: 'It may have ended; look at its state and its log.',
    cause,
  });
}
