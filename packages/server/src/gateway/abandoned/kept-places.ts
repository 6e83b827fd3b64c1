import type { Lease, Target } from '../instances/target.js';
import { readBusySlots } from './busy-slots.js';

/** No quicker: each look at the slots puts off llama-server's own look for clients that have left. */
const lookMs = 1_500;
/** The longest that a place is kept. */
const longestMs = 60_000;

interface KeptPlace {
  readonly lease: Lease;
  readonly until: number;
}

const keptOf = new WeakMap<Target, KeptPlaces>();

/**
 * Keeps the place of a request whose client has left while its backend may still work on it, so that no more
 * is sent there than it bears; it is given back once the backend works on less than there are places taken.
 */
export function keepPlace(lease: Lease, target: Target): void {
  const kept = keptOf.get(target) ?? new KeptPlaces(target);
  keptOf.set(target, kept);
  kept.add(lease);
}

class KeptPlaces {
  readonly #target: Target;
  /** The one that is kept longest comes first. */
  #places: KeptPlace[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(target: Target) {
    this.#target = target;
  }

  add(lease: Lease): void {
    this.#places.push({ lease, until: performance.now() + longestMs });
    this.#lookLater();
  }

  #lookLater(): void {
    this.#timer ??= setTimeout(() => void this.#look(), lookMs).unref();
  }

  async #look(): Promise<void> {
    const pool = this.#places.at(-1)?.lease.pool;
    if (pool !== undefined && this.#target.instance.status === 'running') {
      const slots = await readBusySlots(pool);
      if (slots === 'untold') this.#releaseWhile(() => true);
      else if (slots !== 'failed') {
        // With all of them busy, more may wait in the backend than can be seen.
        const isLess = () => slots.busy < Math.min(slots.total, this.#target.active);
        this.#releaseWhile(isLess);
      }
    }
    const now = performance.now();
    const isOver = ({ lease, until }: KeptPlace) => lease.pool.isDestroyed || until <= now;
    const isRunning = this.#target.instance.status === 'running';
    this.#releaseWhile((place) => !isRunning || isOver(place));
    this.#timer = null;
    if (this.#places.length > 0) this.#lookLater();
  }

  #releaseWhile(isToGo: (first: KeptPlace) => boolean): void {
    for (let [first] = this.#places; first && isToGo(first); [first] = this.#places) {
      this.#places.shift();
      first.lease.release();
    }
  }
}
