import type { Llamactl } from '@llamactl/core';
import type { RoomSettings } from './settings.js';
import type { Target } from './target.js';

/** What the room works with. */
export interface RoomParts {
  readonly settings: RoomSettings;
  readonly targets: () => Iterable<Target>;
  readonly llamactl: Pick<Llamactl, 'stop'>;
}

/** A limit that an instance falls under, with those that share it. */
interface Limit {
  readonly most: number;
  readonly members: readonly Target[];
}

/**
 * Keeps to how many instances may have a process. For a new one it stops the one that was used least
 * recently; never one that is busy, pinned, or was loaded for somebody who has not been served yet.
 */
export class Room {
  readonly #parts: RoomParts;
  readonly #wakers = new Set<() => void>();
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
    const { patienceMs } = this.#parts.settings;
    const patienceEndsAt = performance.now() + patienceMs;
    for (let full = this.#full(target); full; full = this.#full(target)) {
      if (!isWanted()) return;
      const isLate = performance.now() >= patienceEndsAt;
      this.#clear(full, isLate);
      await this.changed(isLate ? patienceMs : patienceEndsAt - performance.now());
    }
    this.#coming.add(target);
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

  /** The limit that leaves no room for an instance; undefined when there is room. */
  #full(target: Target): Limit | undefined {
    return this.#limitsOf(target).find(({ most, members }) => {
      const taken = members.filter((member) => member !== target && this.#hasProcess(member));
      return taken.length >= most;
    });
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
    if (members.some(({ instance }) => instance.status === 'stopping')) return;
    const [oldest] = members.filter((member) => member.isSpare).sort(byUse);
    if (oldest) {
      this.#parts.llamactl.stop(oldest.instance.name, { hold: false }).catch(() => {});
    } else if (isLate) {
      const [longest] = members.filter((member) => member.canYield).sort(byUse);
      if (longest) longest.isYielding = true;
    }
  }
}

function byUse(a: Target, b: Target): number {
  return a.usedAt - b.usedAt;
}
