import { isEventStream, type Outlet } from '../answer.js';
import type { ExchangeFailure, ExchangeHandler } from '../wire/exchange.js';
import type { ResponseHead } from '../wire/response-head.js';
import { EventLines } from './event-lines.js';
import type { Parts } from './parts.js';

/** The most that an answer may come to. */
const maxBytes = 64 * 1024 * 1024;

/** Puts an answer that comes in parts together, for a client that wants it in one piece. */
export class Aggregation implements ExchangeHandler {
  readonly #answer: Outlet;
  readonly #lines = new EventLines();
  readonly #parts: Parts;
  /** Whether it does not come in parts: an error, mostly. */
  #isWhole = false;
  #bytes = 0;

  constructor(answer: Outlet, parts: Parts) {
    this.#answer = answer;
    this.#parts = parts;
  }

  onHead(head: ResponseHead): void {
    this.#isWhole = head.status !== 200 || !isEventStream(head.rawHeaders);
    if (this.#isWhole) this.#answer.onHead(head);
  }

  onBody(chunk: Buffer): void {
    if (this.#isWhole) {
      this.#answer.onBody(chunk);
      return;
    }
    this.#bytes += chunk.length;
    if (this.#bytes > maxBytes) throw new Error('the answer is too long');
    for (const data of this.#lines.push(chunk)) this.#parts.add(data);
  }

  onEnd(): void {
    if (this.#isWhole) {
      this.#answer.onEnd();
      return;
    }
    const outcome = this.#parts.outcome();
    if (outcome === null) this.onFailure({ kind: 'broken', cause: null });
    else this.#answer.endWithJson(outcome.status, outcome.body);
  }

  onFailure(failure: ExchangeFailure): void {
    this.#answer.onFailure(failure);
  }
}
