import type { ServerResponse } from 'node:http';

/**
 * Cuts the connection of a client that takes nothing of an answer for so long. Any byte that goes out counts, so
 * that one who reads slowly is served to the end.
 */
export class StallLimit {
  readonly #response: ServerResponse;
  readonly #stallMs: number;
  #isKnown = false;

  constructor(response: ServerResponse, stallMs: number) {
    this.#response = response;
    this.#stallMs = stallMs;
  }

  /** Begins, or begins anew. node:http destroys a connection at its timeout. */
  begin(): void {
    this.#response.socket?.setTimeout(this.#stallMs);
    if (this.#isKnown) return;
    this.#isKnown = true;
    // Before node:http sets the time for which it keeps the idle connection, or goes on with the next request.
    this.#response.prependOnceListener('finish', () => this.end());
  }

  end(): void {
    this.#response.socket?.setTimeout(0);
  }
}
