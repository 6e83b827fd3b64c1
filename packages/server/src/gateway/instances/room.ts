import { noRoom, tooLarge } from './refusals.js';
import { type Decision, decide, type Resident } from './room-policy.js';
import type { RoomSettings } from './settings.js';
import type { Target } from './target.js';

/** What the room works with. */
export interface RoomParts {
  readonly settings: RoomSettings;
  readonly targets: () => Iterable<Target>;
}

interface Occupant extends Resident {
  readonly target: Target;
}

/**
 * Keeps to what instances that have a process may come to together. For a new one it stops those that were used
 * least recently; never one that is busy, pinned, or was loaded for somebody who has not been served yet. The next
 * one starts when they are gone, processes and all.
 */
export class Room {
  readonly #parts: RoomParts;
  readonly #wakers = new Set<() => void>();
  /** Those that are about to start, or that room is being cleared for: nobody else takes it. */
  readonly #coming = new Set<Target>();
  /** Those that wait for room, in the order in which they came, and whether anybody still wants them. */
  readonly #waiting = new Map<Target, () => boolean>();

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  /**
   * Waits until there is room for an instance, then keeps it while `start` runs. Gives up when nobody
   * wants it any more.
   * @throws LlamactlError MEMORY_BUDGET_EXCEEDED at once for one that never has room; what `start` throws
   */
  async during(target: Target, isWanted: () => boolean, start: () => Promise<void>): Promise<void> {
    const asked = new Set<Target>();
    this.#waiting.set(target, isWanted);
    try {
      if (!(await this.#hasRoom(target, isWanted, asked))) return;
      this.#waiting.delete(target);
      await start();
    } finally {
      this.#waiting.delete(target);
      this.#coming.delete(target);
      this.#ask([], asked);
      this.notify();
    }
  }

  /** What to tell those who waited in vain for an instance; null when it is not room that it waits for. */
  hintFor(target: Target): string | null {
    return this.#waiting.has(target) ? this.#noRoom(target) : null;
  }

  /**
   * Why one that ended by itself is not to be started again: nobody is stopped for it. null when there is room,
   * which is kept for it then.
   */
  async objectionTo(target: Target): Promise<string | null> {
    await this.#learn(target);
    const decision = this.#decide(target, this.#occupantsBeside(target), false);
    if (decision.kind === 'refuse') return tooLarge(target, decision).message;
    if (decision.kind !== 'start') return this.#noRoom(target);
    target.isRestarting = true;
    return null;
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

  /** Resolves true, with the place taken, or false when nobody wants it any more. */
  async #hasRoom(target: Target, isWanted: () => boolean, asked: Set<Target>): Promise<boolean> {
    const { patienceMs } = this.#parts.settings;
    const patienceEndsAt = performance.now() + patienceMs;
    for (;;) {
      await this.#learn(target);
      const leftMs = patienceEndsAt - performance.now();
      const others = this.#occupantsBeside(target);
      const decision = this.#decide(target, others, leftMs <= 0);
      if (decision.kind === 'refuse') throw tooLarge(target, decision);
      if (decision.kind === 'wait') this.#coming.delete(target);
      else this.#coming.add(target);
      if (decision.kind !== 'start' && !isWanted()) return false;
      const { stop = [], ask = [] } = decision.kind === 'clear' ? decision : {};
      for (const { target: other } of stop) other.leave();
      this.#ask(ask, asked);
      if (decision.kind === 'start') return true;
      // One that is asked now may have nothing to do at this moment.
      if (ask.some(({ standing }) => standing !== 'yielding')) continue;
      const stays = others.flatMap((other) => this.#staysOf(other));
      await this.changed(Math.min(leftMs > 0 ? leftMs : patienceMs, ...stays));
    }
  }

  /** Asks these to let another come before them, and lets go of others that were asked before, as those are not needed. */
  #ask(ask: readonly Occupant[], asked: Set<Target>): void {
    for (const { target } of ask) {
      asked.add(target);
      target.isYielding = true;
    }
    for (const other of asked) {
      // One that has done as it was asked waits for the others.
      const isDone = ask.length > 0 && other.standing === 'spare';
      if (isDone || ask.some(({ target }) => target === other)) continue;
      asked.delete(other);
      other.isYielding = false;
    }
  }

  /** Times after which one need not stay any more that had to when it was looked at, in milliseconds. */
  #staysOf({ standing, hasTurn, target: { use } }: Occupant): number[] {
    return [
      ...(standing === 'resting' ? [use.restMs] : []),
      ...(hasTurn ? [use.turnMs(this.#parts.settings.patienceMs)] : []),
    ];
  }

  /** The size of a model is looked at where nothing better is known. */
  async #learn(target: Target): Promise<void> {
    if (this.#parts.settings.memoryBudget === null) return;
    const all = [target, ...this.#occupantsBeside(target).map((other) => other.target)];
    await Promise.all(all.map(({ memory }) => memory.learn()));
  }

  #noRoom(target: Target): string {
    const { memoryBudget } = this.#parts.settings;
    const others = this.#occupantsBeside(target);
    if (memoryBudget === null) return noRoom(others.length);
    const used = others.reduce((sum, { memory }) => sum + (memory ?? memoryBudget), 0);
    return noRoom(others.length, { budget: memoryBudget, used, needed: target.memory.expected });
  }

  #decide(target: Target, others: readonly Occupant[], isLate: boolean): Decision<Occupant> {
    const newcomer = { group: target.instance.group, memory: target.memory.expected };
    return decide(newcomer, others, this.#parts.settings, isLate);
  }

  /** Those that have a process, and those that are to have one first. */
  #occupantsBeside(target: Target): Occupant[] {
    const { patienceMs } = this.#parts.settings;
    const isIn = (other: Target) =>
      other.hasProcess || other.isRestarting || this.#coming.has(other);
    const others = [...this.#parts.targets()]
      .filter((other) => other !== target && isIn(other))
      .map((other) => occupant(other, patienceMs));
    // Who came earlier has the room that is there.
    for (const [earlier, isWanted] of this.#waiting) {
      if (earlier === target) break;
      if (isIn(earlier) || !isWanted()) continue;
      if (this.#decide(earlier, others, false).kind === 'start') {
        others.push(occupant(earlier, patienceMs));
      }
    }
    return others;
  }
}

function occupant(target: Target, patienceMs: number): Occupant {
  return {
    target,
    group: target.instance.group,
    memory: target.memory.taken,
    standing: target.standing,
    hasTurn: target.use.turnMs(patienceMs) > 0,
    usedAt: target.use.at,
  };
}
