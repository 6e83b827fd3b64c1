import { type Clock, elapsedOf, systemClock } from './clock.js';
import { timerDelay } from './timer-delay.js';

/** By how much the clock on the wall may run ahead or behind before it counts as set. */
const driftMs = 500;

/** A moment that is waited for, however the clock on the wall is set meanwhile. */
export class DueTime {
  readonly #clock: Clock;
  readonly #shownMs: number;
  readonly #dueMs: number;

  /** @param delayMs - Time until then. */
  constructor(delayMs: number, clock: Clock = systemClock) {
    const ms = timerDelay(Math.max(0, delayMs));
    this.#clock = clock;
    this.#shownMs = clock.now() + ms;
    this.#dueMs = elapsedOf(clock) + ms;
  }

  /** Time until then, in milliseconds; 0 once it has come. */
  get leftMs(): number {
    return Math.max(0, this.#dueMs - elapsedOf(this.#clock));
  }

  /** What the clock on the wall shows then, as it is set now. */
  toISOString(): string {
    const clock = this.#clock;
    const shownMs = clock.now() + this.#dueMs - elapsedOf(clock);
    const isSet = Math.abs(shownMs - this.#shownMs) > driftMs;
    return new Date(isSet ? shownMs : this.#shownMs).toISOString();
  }

  /** The earlier of this and another one. */
  orSooner(other: DueTime | null): DueTime {
    return other !== null && other.leftMs < this.leftMs ? other : this;
  }
}
