import { Lane, type LaneBounds } from './lane.js';

/** What a request costs: `heavy` ones hold a slot of the model, `light` ones only look at it. */
export type Weight = 'heavy' | 'light';

/** Slots of a server that does not tell. */
const assumedSlots = 4;
/** Places beyond the slots, so that a slot that comes free is taken at once. */
const sparePlaces = 4;
/** Places for requests that are answered at once. */
const lightPlaces = 4;

/** All places at one instance. */
export class Lanes {
  readonly #heavy: Lane;
  readonly #light: Lane;

  constructor(bounds: LaneBounds) {
    this.#heavy = new Lane(assumedSlots + sparePlaces, bounds);
    this.#light = new Lane(lightPlaces, bounds);
  }

  /** Requests that have a place. */
  get active(): number {
    return this.#heavy.active + this.#light.active;
  }

  /** Requests that wait for one. */
  get waiting(): number {
    return this.#heavy.waiting + this.#light.waiting;
  }

  of(weight: Weight): Lane {
    return weight === 'heavy' ? this.#heavy : this.#light;
  }

  /** Lets in as many as there are places for. */
  admit(): void {
    this.#heavy.admit();
    this.#light.admit();
  }

  /** Goes by the number of slots that there are from now on. */
  admitTo(slots: number): void {
    this.#heavy.admit(slots + sparePlaces);
  }

  /** Refuses those for whose weight there is a reason. */
  refuse(reasonFor: (weight: Weight) => unknown): void {
    for (const weight of ['heavy', 'light'] as const) {
      const reason = reasonFor(weight);
      if (reason !== null) this.of(weight).refuseAll(reason);
    }
  }

  refuseAll(error: unknown): void {
    this.#heavy.refuseAll(error);
    this.#light.refuseAll(error);
  }
}
