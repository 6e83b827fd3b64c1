import { setTimeout as delay } from 'node:timers/promises';

/** A slot as llama-server tells of it; what it last worked on stays there when it has ended. */
interface Slot {
  readonly is_processing: boolean;
  readonly params?: { readonly seed?: number };
}

/** What became of a wait for the end of a generation. */
export type Freed = { readonly ms: number; readonly by: 'cancel' | 'process' };

const pollMs = 25;
const deadlineMs = 20_000;

/**
 * Asks the llama-server of an instance itself, past the gateway, what it works on. Generations are told apart by
 * the seed that their requests gave.
 */
export class SlotWatch {
  readonly #url: string;
  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}/slots`;
  }

  /** The seeds that it works on; null when nobody answers there. */
  async seeds(): Promise<ReadonlySet<number> | null> {
    const answer = await fetch(this.#url).catch(() => null);
    if (answer === null || !answer.ok) return null;
    const slots = (await answer.json().catch(() => [])) as Slot[];
    const busy = slots.filter(({ is_processing }) => is_processing);
    return new Set(busy.map(({ params }) => params?.seed ?? -1));
  }

  /** Waits until it works on a seed. */
  async begun(seed: number): Promise<void> {
    const start = performance.now();
    while (!(await this.seeds())?.has(seed)) {
      if (performance.now() - start > deadlineMs) throw new Error(`no slot took the seed ${seed}`);
      await delay(pollMs);
    }
  }

  /** Waits until it does not work on a seed any more. */
  async freed(seed: number): Promise<Freed> {
    const start = performance.now();
    for (;;) {
      const seeds = await this.seeds();
      const ms = performance.now() - start;
      if (!seeds?.has(seed)) return { ms, by: seeds === null ? 'process' : 'cancel' };
      if (ms > deadlineMs) throw new Error(`the slot with the seed ${seed} was not freed`);
      await delay(pollMs);
    }
  }
}
