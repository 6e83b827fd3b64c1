import { isEventStream } from '../answer.js';
import type { ExchangeFailure, ExchangeHandler } from '../wire/exchange.js';
import type { ResponseHead } from '../wire/response-head.js';
import { Tail } from './tail.js';
import { type TokenFigures, tokensIn } from './tokens-in.js';

/** Where figures go. */
export interface Measuring {
  /** The first part of a stream has come. */
  onFirstPart(): void;
  onTokens(figures: TokenFigures): void;
}

/** What usage that comes first takes, with the name of a model before it. */
const begunBytes = 2_048;

/** Passes everything on, and notes what an answer says about itself. */
export class Measured implements ExchangeHandler {
  readonly #handler: ExchangeHandler;
  readonly #measuring: Measuring;
  readonly #tail = new Tail();
  #begin: string | null = null;
  #isStream = false;

  constructor(handler: ExchangeHandler, measuring: Measuring) {
    this.#handler = handler;
    this.#measuring = measuring;
  }

  onHead(head: ResponseHead): void {
    this.#isStream = head.status === 200 && isEventStream(head.rawHeaders);
    this.#handler.onHead(head);
  }

  onBody(chunk: Buffer): void {
    this.#tail.push(chunk);
    if (this.#begin === null) {
      this.#begin = chunk.toString('latin1', 0, begunBytes);
      if (this.#isStream) this.#measuring.onFirstPart();
    }
    this.#handler.onBody(chunk);
  }

  onEnd(): void {
    this.#measuring.onTokens(tokensIn(this.#begin ?? '', this.#tail.text()));
    this.#handler.onEnd();
  }

  onFailure(failure: ExchangeFailure): void {
    this.#handler.onFailure(failure);
  }
}
