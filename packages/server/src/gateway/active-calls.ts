import { randomUUID } from 'node:crypto';
import { type GatewayRequest, LlamactlError } from '@llamactl/contract';
import type { Call } from './call.js';

/** The requests that are under way. */
export class ActiveCalls {
  readonly #calls = new Map<string, Call>();

  /** The id for a request that would like to have this one: another, if that is in use. */
  idFor(wanted: string): string {
    return this.#calls.has(wanted) ? randomUUID() : wanted;
  }

  add(call: Call): void {
    this.#calls.set(call.id, call);
    call.whenClosed(() => this.#calls.delete(call.id));
  }

  /** Oldest first. */
  list(): GatewayRequest[] {
    return [...this.#calls.values()].map((call) => call.view());
  }

  /** @throws LlamactlError REQUEST_NOT_FOUND */
  cancel(id: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) {
      throw new LlamactlError('REQUEST_NOT_FOUND', 'There is no request of that id under way.', {
        details: 'It may have ended. List the requests to see those that are under way.',
      });
    }
    call.cancel();
  }
}
