import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GatewayRequest, LlamactlError } from '@llamactl/contract';
import { credentialEnded } from '../auth/refusals.js';
import type { TokenFigures } from './figures/tokens-in.js';
import type { Route } from './route.js';

/** A request to the gateway, from its head to the end of its answer. */
export class Call {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly startedAt = new Date();
  readonly #begun = performance.now();
  instance: string | null = null;
  state: GatewayRequest['state'] = 'receiving';
  /** Time to the first part of a backend's answer in parts, in milliseconds; null before, and for other answers. */
  firstTokenMs: number | null = null;
  /** What the answer said about itself; null before it has ended. */
  tokens: TokenFigures | null = null;
  #end: ((reason: LlamactlError | null) => void) | null = null;
  #ended: { readonly reason: LlamactlError | null } | null = null;
  readonly #releases: Array<() => void> = [];

  constructor(id: string, request: IncomingMessage, response: ServerResponse, route: Route) {
    this.id = id;
    this.request = request;
    this.response = response;
    this.route = route;
    response.once('close', () => {
      if (!response.writableFinished) this.#stop(null);
      for (const release of this.#releases) release();
    });
  }

  /** Whether nobody waits for the answer any more, or shall not. */
  get isOver(): boolean {
    return this.#ended !== null || this.response.destroyed;
  }

  /** Time since its head had come, in milliseconds. */
  get elapsedMs(): number {
    return performance.now() - this.#begun;
  }

  /** Path that was asked for, without query. */
  get path(): string {
    return (this.request.url ?? '').split('?', 1)[0] ?? '';
  }

  /** Calls something once the answer is out, or the client gone. */
  whenClosed(release: () => void): void {
    this.#releases.push(release);
  }

  /**
   * Says what is to be done when the client leaves (with null), or when the request is cancelled; it
   * replaces what was to be done before.
   */
  onEnd(end: (reason: LlamactlError | null) => void): void {
    this.#end = end;
    if (this.#ended) end(this.#ended.reason);
  }

  /** Ends it on somebody's wish. */
  cancel(): void {
    const reason = new LlamactlError('REQUEST_CANCELLED', 'The request was cancelled.', {
      details: 'Somebody who watches over this server cancelled it.',
    });
    this.#stop(reason);
  }

  /** Ends it because what it was admitted by is good for nothing any more. */
  dismiss(): void {
    this.#stop(credentialEnded());
  }

  /** Ends it because its body does not come. */
  refuseLate(): void {
    const reason = new LlamactlError('REQUEST_TIMEOUT', 'The body took too long to arrive.', {
      details: 'Send it again, faster.',
    });
    this.#stop(reason);
  }

  /** What the list of requests shows. */
  view(): GatewayRequest {
    return {
      id: this.id,
      instance: this.instance,
      method: this.request.method ?? '',
      path: this.path,
      state: this.state,
      started_at: this.startedAt.toISOString(),
      first_token_ms: this.firstTokenMs,
    };
  }

  #stop(reason: LlamactlError | null): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.#end?.(reason);
  }
}
