import { isFields } from '../aggregate/joined.js';
import { isEventStream, type Outlet } from '../answer.js';
import type { ExchangeFailure } from '../wire/exchange.js';
import type { ResponseHead } from '../wire/response-head.js';
import { backendErrorIn } from './backend-error.js';
import { anthropicError, anthropicErrorEvent } from './error-body.js';
import { ErrorEvents } from './error-events.js';

/** More than an error takes. */
const maxErrorBytes = 65_536;

/** An answer that may be an error, until it is all there. */
interface Held {
  readonly head: ResponseHead;
  readonly chunks: Buffer[];
  length: number;
}

/** Passes an answer on, errors of llama-server as Anthropic's clients understand them: with their status and words. */
export class TranslatedErrors implements Outlet {
  readonly #outlet: Outlet;
  readonly #requestId: string;
  #held: Held | null = null;
  #events: ErrorEvents | null = null;

  constructor(outlet: Outlet, requestId: string) {
    this.#outlet = outlet;
    this.#requestId = requestId;
  }

  onHead(head: ResponseHead): void {
    if (head.status >= 400) {
      this.#held = { head, chunks: [], length: 0 };
      return;
    }
    if (isEventStream(head.rawHeaders)) {
      this.#events = new ErrorEvents((event) => this.#translatedEvent(event));
    }
    this.#outlet.onHead(head);
  }

  onBody(chunk: Buffer): void {
    const held = this.#held;
    if (held === null) {
      this.#pass(this.#events?.push(chunk) ?? chunk);
      return;
    }
    held.chunks.push(chunk);
    held.length += chunk.length;
    if (held.length > maxErrorBytes) this.#letGo(held);
  }

  onEnd(): void {
    if (this.#held !== null) this.#letGo(this.#held, this.#translatedBody(this.#held));
    if (this.#events !== null) this.#pass(this.#events.end());
    this.#outlet.onEnd();
  }

  onFailure(failure: ExchangeFailure): void {
    this.#outlet.onFailure(failure);
  }

  endWithJson(status: number, body: unknown): void {
    const error = status >= 400 && isFields(body) ? body.error : null;
    const message = isFields(error) ? error.message : null;
    const isError = typeof message === 'string';
    this.#outlet.endWithJson(
      status,
      isError ? anthropicError(status, message, this.#requestId) : body,
    );
  }

  /** Sends what was held back, with another body if there is one. */
  #letGo({ head, chunks }: Held, body: Buffer | null = null): void {
    this.#held = null;
    this.#outlet.onHead(body === null ? head : withLength(head, body.length));
    this.#pass(body ?? Buffer.concat(chunks));
  }

  #translatedBody({ head: { status }, chunks }: Held): Buffer | null {
    const error = backendErrorIn(parsed(Buffer.concat(chunks).toString()));
    if (error === null) return null;
    return Buffer.from(JSON.stringify(anthropicError(status, error.message, this.#requestId)));
  }

  #translatedEvent(event: string): string {
    const error = backendErrorIn(parsed(/^data:(.*)$/m.exec(event)?.[1] ?? ''));
    if (error === null) return event;
    const { code, message } = error;
    return anthropicErrorEvent(JSON.stringify(anthropicError(code, message, this.#requestId)));
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#outlet.onBody(bytes);
  }
}

function withLength(head: ResponseHead, length: number): ResponseHead {
  const others = head.rawHeaders.filter((_, at, all) => {
    const name = all[at - (at % 2)];
    return name?.toLowerCase() !== 'content-length';
  });
  return {
    ...head,
    rawHeaders: [...others, 'Content-Length', String(length)],
    framing: { kind: 'length', length },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
