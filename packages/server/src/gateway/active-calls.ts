import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { GatewayRequest } from '@llamactl/contract';
import type { Credential } from '../auth/credential.js';
import { maySee, requestNotFound } from './access.js';
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

  /** Those that a credential may see, oldest first. */
  list(credential: Credential): GatewayRequest[] {
    const views = [...this.#calls.values()].map((call) => call.view());
    return views.filter((view) => maySee(credential, view));
  }

  /** Ends the one of a request whose body takes too long; returns whether there is such a one. */
  refuseLate(request: IncomingMessage): boolean {
    const call = [...this.#calls.values()].find((one) => one.request === request);
    call?.refuseLate();
    return call !== undefined;
  }

  /** @throws LlamactlError REQUEST_NOT_FOUND, also for one that the credential may not see */
  cancel(id: string, credential: Credential): void {
    const call = this.#calls.get(id);
    if (call === undefined || !maySee(credential, call.view())) throw requestNotFound();
    call.cancel();
  }
}
