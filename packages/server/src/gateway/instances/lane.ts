import { LlamactlError } from '@llamactl/contract';

/** Somebody who waits for a place; it leaves by itself when its client does. */
interface Waiter {
  readonly admit: () => void;
  readonly refuse: (error: unknown) => void;
}

/** What a lane is bounded by. */
export interface LaneBounds {
  /** Requests that may wait. */
  readonly maxWaiting: number;
  /** How long one may wait, in milliseconds. */
  readonly maxWaitMs: number;
  /** What somebody who waited in vain can do about it; null when it is just that much is to do. */
  readonly hint?: () => string | null;
}

/** Places for requests of one kind at one instance, and those who wait for one, first come first served. */
export class Lane {
  readonly #bounds: LaneBounds;
  readonly #waiting = new Set<Waiter>();
  #limit: number;
  #active = 0;

  constructor(limit: number, bounds: LaneBounds) {
    this.#limit = limit;
    this.#bounds = bounds;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#active >= this.#limit || this.#waiting.size > 0) return false;
    this.#active += 1;
    return true;
  }

  /**
   * Waits for a place. `onLeave` gets what makes the waiting end early.
   * @throws LlamactlError QUEUE_FULL (at once), TIMEOUT, what `refuseAll` is called with, or what it left with
   */
  wait(onLeave: (leave: (reason: unknown) => void) => void): Promise<void> {
    const { maxWaiting, maxWaitMs, hint = () => null } = this.#bounds;
    if (this.#waiting.size >= maxWaiting) return Promise.reject(queueFull());
    return new Promise((resolve, reject) => {
      const end = (act: () => void) => {
        clearTimeout(timer);
        if (this.#waiting.delete(waiter)) act();
      };
      const waiter: Waiter = {
        admit: () => end(resolve),
        refuse: (error) => end(() => reject(error)),
      };
      const timer = setTimeout(() => waiter.refuse(waitedTooLong(maxWaitMs, hint())), maxWaitMs);
      this.#waiting.add(waiter);
      onLeave(waiter.refuse);
    });
  }

  /** Gives a place back. */
  leave(): void {
    this.#active -= 1;
  }

  /** Lets in as many as there are places for. */
  admit(limit = this.#limit): void {
    this.#limit = limit;
    for (const waiter of this.#waiting) {
      if (this.#active >= this.#limit) return;
      this.#active += 1;
      waiter.admit();
    }
  }

  refuseAll(error: unknown): void {
    for (const waiter of this.#waiting) waiter.refuse(error);
  }
}

function queueFull(): LlamactlError {
  return new LlamactlError('QUEUE_FULL', 'Too many requests wait for this instance already.', {
    details: 'Try again later, or send fewer at a time.',
    retryAfterSeconds: 5,
  });
}

function waitedTooLong(ms: number, hint: string | null): LlamactlError {
  const message = `The instance had no place for the request within ${Math.round(ms / 1_000)} s.`;
  return new LlamactlError('TIMEOUT', message, {
    details: hint ?? 'Try again later, or raise the number of slots (options.parallel).',
  });
}
