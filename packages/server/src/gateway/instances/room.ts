import type { RoomSettings } from './settings.js';
import type { Target } from './target.js';

/** What the room works with. */
export interface RoomParts {
  readonly settings: RoomSettings;
  readonly targets: () => Iterable<Target>;
}

/** A limit that an instance falls under, with those that share it. */
interface Limit {
  readonly most: number;
  readonly members: readonly Target[];
}

/** An instance that is to start as soon as there is room. */
interface Comer {
  readonly target: Target;
  readonly isWanted: () => boolean;
}

/**
 * Keeps to how many instances may have a process. For a new one it stops the one that was used least
 * recently; never one that is busy, pinned, or was loaded for somebody who has not been served yet.
 */
export class Room {
  readonly #parts: RoomParts;
  readonly #wakers = new Set<() => void>();
  /** Those that wait for room, in the order in which they came. */
  readonly #comers = new Set<Comer>();
  /** Those that are about to start. */
  readonly #coming = new Set<Target>();

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  /**
   * Waits until there is room for an instance, then keeps it while `start` runs. Gives up when nobody
   * wants it any more.
   */
  async during(target: Target, isWanted: () => boolean, start: () => Promise<void>): Promise<void> {
    const comer = { target, isWanted };
    this.#comers.add(comer);
    try {
      await this.#roomFor(comer);
      if (!isWanted()) return;
      this.#coming.add(target);
    } finally {
      this.#comers.delete(comer);
      this.notify();
    }
    // Who still has no room asks again.
    for (const other of this.#parts.targets()) other.isYielding = false;
    try {
      await start();
    } finally {
      this.#coming.delete(target);
      this.notify();
    }
  }

  /** Something has changed: a request ended, or an instance has another state. */
  notify(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  /** Resolves at the next change, or when the time is over. */
  changed(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, Math.min(timeoutMs, 2 ** 31 - 1)));
      this.#wakers.add(wake);
    });
  }

  async #roomFor(comer: Comer): Promise<void> {
    const { patienceMs } = this.#parts.settings;
    const patienceEndsAt = performance.now() + patienceMs;
    for (let full = this.#full(comer); full; full = this.#full(comer)) {
      if (!comer.isWanted()) return;
      const isLate = performance.now() >= patienceEndsAt;
      this.#clear(full, isLate);
      await this.changed(isLate ? patienceMs : patienceEndsAt - performance.now());
    }
  }

  /**
   * The limit that leaves no room; undefined when there is room. Who came earlier has what he waits for, or one
   * that is asked for without end would come back before him each time that it has made room.
   */
  #full(comer: Comer): Limit | undefined {
    const taken = new Set([...this.#parts.targets()].filter((target) => this.#hasProcess(target)));
    for (const { target, isWanted } of this.#comers) {
      const full = this.#limitsOf(target).find(({ most, members }) => {
        return members.filter((member) => member !== target && taken.has(member)).length >= most;
      });
      if (target === comer.target) return full;
      if (full === undefined && isWanted()) taken.add(target);
    }
    return undefined;
  }

  #limitsOf({ instance }: Target): Limit[] {
    const { maxRunning, groups } = this.#parts.settings;
    const all = [...this.#parts.targets()];
    const limits: Limit[] = maxRunning > 0 ? [{ most: maxRunning, members: all }] : [];
    const { group } = instance;
    const most = group !== null && Object.hasOwn(groups, group) ? groups[group]?.max_running : null;
    if (!most) return limits;
    return [...limits, { most, members: all.filter((other) => other.instance.group === group) }];
  }

  #hasProcess(target: Target): boolean {
    const { status } = target.instance;
    return this.#coming.has(target) || (status !== 'stopped' && status !== 'failed');
  }

  /** Stops one of those that share a limit, unless one is on its way out already. */
  #clear({ members }: Limit, isLate: boolean): void {
    if (members.some(({ isLeaving }) => isLeaving)) return;
    const [oldest] = members.filter((member) => member.isSpare).sort(byUse);
    if (oldest) {
      oldest.leave();
    } else if (isLate) {
      const [longest] = members.filter((member) => member.canYield).sort(byUse);
      if (longest) longest.isYielding = true;
    }
  }
}

function byUse(a: Target, b: Target): number {
  return a.usedAt - b.usedAt;
}
