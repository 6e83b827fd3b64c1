import { setTimeout as delay } from 'node:timers/promises';
import type { EventMessage, GatewayRequest, LlamactlClient } from '@llamactl/client';

/** From when until when a request held a place at an instance for sure, as far as it was seen. */
interface Stay {
  readonly instance: string;
  readonly from: number;
  until: number;
}

/** A stop, and a request that was under way before it and still after it. */
export interface BusyStop {
  readonly instance: string;
  readonly at: string;
  readonly requestId: string;
}

const pollMs = 15;

/** Watches which requests hold a place at which instance, to tell whether one was stopped meanwhile. */
export class BusyStops {
  readonly #client: LlamactlClient;
  readonly #stays = new Map<string, Stay>();
  readonly #end = new AbortController();
  readonly #watching: Promise<void>;

  constructor(client: LlamactlClient) {
    this.#client = client;
    this.#watching = this.#watch();
  }

  /** Ends the watch, and returns the stops among the events that came upon a busy instance. */
  async among(messages: readonly EventMessage[]): Promise<BusyStop[]> {
    this.#end.abort();
    await this.#watching;
    const stays = [...this.#stays];
    return stopsIn(messages).flatMap(({ instance, timestamp }) => {
      const at = Date.parse(timestamp);
      const isUnderWay = ([, stay]: [string, Stay]) =>
        stay.instance === instance && stay.from < at && at < stay.until;
      const busy = stays.filter(isUnderWay);
      return busy.map(([requestId]) => ({ instance, at: timestamp, requestId }));
    });
  }

  async #watch(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const askedAt = Date.now();
      const requests = await this.#client.listRequests();
      const answeredAt = Date.now();
      for (const request of requests) this.#note(request, askedAt, answeredAt);
      await delay(pollMs);
    }
  }

  /** What is in an answer was so between the question and the answer. */
  #note({ id, instance, state }: GatewayRequest, askedAt: number, answeredAt: number): void {
    if (instance === null || (state !== 'running' && state !== 'answering')) return;
    const stay = this.#stays.get(id);
    if (stay) stay.until = askedAt;
    else this.#stays.set(id, { instance, from: answeredAt, until: askedAt });
  }
}

/** The stops among events. */
export function stopsIn(messages: readonly EventMessage[]) {
  return messages.flatMap(({ type, data, timestamp }) =>
    type === 'instance_status_changed' && data.instance.status === 'stopping'
      ? [{ instance: data.instance.name, timestamp }]
      : [],
  );
}
