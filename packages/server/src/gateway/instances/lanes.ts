import { Lane, type LaneBounds } from './lane.js';

/** What a request costs: `heavy` ones hold a slot of the model, `light` ones only look at it. */
export type Weight = 'heavy' | 'light';

/** Slots of a server that does not tell. */
const assumedSlots = 4;
/** Places beyond the slots, so that a slot that comes free is taken at once. */
export const sparePlaces = 4;
/** Places for requests that are answered at once. */
const lightPlaces = 4;

/** The lanes of one instance, for requests of each weight. */
export class Lanes {
  readonly heavy: Lane;
  readonly light: Lane;

  constructor(bounds: LaneBounds) {
    this.heavy = new Lane(assumedSlots + sparePlaces, bounds);
    this.light = new Lane(lightPlaces, bounds);
  }

  get active(): number {
    return this.heavy.active + this.light.active;
  }

  get waiting(): number {
    return this.heavy.waiting + this.light.waiting;
  }

  /** Lets in as many as there are places for. */
  admit(): void {
    this.heavy.admit();
    this.light.admit();
  }

  refuseAll(error: unknown): void {
    this.heavy.refuseAll(error);
    this.light.refuseAll(error);
  }
}
