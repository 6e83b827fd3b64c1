import { type Instance, LlamactlError } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import { Pool } from '../wire/pool.js';
import { IdleTimer } from './idle-timer.js';
import { Judge } from './judge.js';
import { Lanes, type Weight } from './lanes.js';
import { MemoryFigures } from './memory-figures.js';
import { readSlots } from './read-slots.js';
import { instanceFailed, startRefused } from './refusals.js';
import type { Room } from './room.js';
import type { Standing } from './room-policy.js';
import type { TargetSettings } from './settings.js';
import { Use } from './use.js';

/** A place at an instance, for one request. */
export interface Lease {
  readonly pool: Pool;
  /** Gives the place back. */
  release(): void;
}

/** What a target works with. */
export interface TargetParts {
  readonly llamactl: Pick<Llamactl, 'start' | 'stop' | 'connection'>;
  readonly room: Room;
  readonly settings: TargetSettings;
}

/** One instance, as requests find it. */
export class Target {
  readonly memory: MemoryFigures;
  readonly use = new Use();
  /** Whether it is about to be started again by itself. */
  isRestarting = false;
  readonly #parts: TargetParts;
  readonly #judge: Judge;
  readonly #lanes: Lanes;
  #instance: Instance;
  #pool: Pool | null = null;
  #starting: Promise<void> | null = null;
  readonly #idle = new IdleTimer();
  #isYielding = false;
  /** Whether we have asked for a stop that has not begun. */
  #isLeaving = false;

  constructor(instance: Instance, parts: TargetParts) {
    this.#instance = instance;
    this.#parts = parts;
    this.#judge = new Judge(instance, parts.settings);
    this.memory = new MemoryFigures(instance);
    this.#lanes = new Lanes({ ...parts.settings.lane, hint: () => parts.room.hintFor(this) });
    if (instance.status === 'running') this.#open();
  }

  get instance(): Instance {
    return this.#instance;
  }

  /** Requests that it works on. */
  get active(): number {
    return this.#lanes.active;
  }

  /** Requests that wait for it. */
  get waiting(): number {
    return this.#lanes.waiting;
  }

  get hasProcess(): boolean {
    const { status } = this.#instance;
    return status !== 'stopped' && status !== 'failed';
  }

  get standing(): Standing {
    const { status, pinned } = this.#instance;
    if (status === 'stopping' || (status === 'running' && this.#isLeaving)) return 'leaving';
    if (status !== 'running' || pinned) return 'fixed';
    if (this.#isYielding) return this.active === 0 ? 'spare' : 'yielding';
    if (this.active + this.waiting > 0) return 'busy';
    return this.use.restMs > 0 ? 'resting' : 'spare';
  }

  /**
   * A place for a request: at once, or when there is one; a stopped instance is started for it, unless it only
   * looks. `onLeave` gets what makes the waiting end early.
   * @throws LlamactlError INSTANCE_STOPPED, INSTANCE_FAILED, MEMORY_BUDGET_EXCEEDED, QUEUE_FULL, TIMEOUT
   */
  enter(
    weight: Weight,
    onLeave: (leave: (reason: unknown) => void) => void,
  ): Lease | Promise<Lease> {
    const lane = this.#lanes.of(weight);
    if (this.#isOpen && lane.tryEnter()) return this.#lease(weight);
    const refusal = this.#judge.refusalOf(this.#instance, weight);
    if (refusal) throw refusal;
    const place = lane.wait(onLeave).then(() => this.#lease(weight));
    // Others may have room that nobody wants here any more.
    place.catch(() => this.#parts.room.notify());
    this.#startIfNeeded();
    return place;
  }

  /** Takes the new state of the instance. */
  update(instance: Instance): void {
    const previous = this.#instance.status;
    this.#instance = instance;
    this.memory.follow(instance);
    if (instance.status === previous) this.#armIdleTimer();
    else this.#moved();
    // Also when its definition has changed: who may be stopped for others depends on that.
    this.#parts.room.notify();
  }

  /** It was deleted. */
  remove(error: LlamactlError): void {
    this.#endAll();
    this.#lanes.refuseAll(error);
  }

  /** Lets requests under way end, for at most that long; then cuts the connections. */
  async drain(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (this.active > 0 && performance.now() < end) {
      await this.#parts.room.changed(end - performance.now());
    }
    this.#endAll();
  }

  /** Whether nobody is let in, so that it comes free for another; those who wait stay. */
  set isYielding(isYielding: boolean) {
    this.#isYielding = isYielding;
    this.#admit();
  }

  /** Stops it, if nobody uses it; whoever asks for it from now on waits until it has been started again. */
  leave(): void {
    const { name, status } = this.#instance;
    if (status !== 'running' || this.#isLeaving || this.active > 0) return;
    // A stop is noted on disk before it begins, and would cut off whoever is let in meanwhile.
    this.#isLeaving = true;
    this.#parts.llamactl.stop(name, { hold: false }).catch(() => {
      this.#isLeaving = false;
      this.#admit();
    });
  }

  /** Lets go of everything. */
  close(error: LlamactlError): void {
    this.#idle.clear();
    this.#lanes.refuseAll(error);
    this.#endAll();
  }

  get #isOpen(): boolean {
    const isUp = this.#pool !== null && this.#instance.status === 'running';
    return isUp && !this.#isYielding && !this.#isLeaving;
  }

  #startIfNeeded(): void {
    if (this.#starting !== null || this.hasProcess) return;
    this.#starting = this.#start()
      .catch((error: unknown) => this.#lanes.refuseAll(error))
      .finally(() => {
        this.#starting = null;
      });
  }

  async #start(): Promise<void> {
    const { llamactl, room } = this.#parts;
    const isWanted = () =>
      this.waiting > 0 && !['starting', 'running'].includes(this.#instance.status);
    await room.during(this, isWanted, async () => {
      const { name } = this.#instance;
      if (!isWanted()) return;
      await llamactl.start(name).catch((error: unknown) => {
        throw LlamactlError.is(error) ? startRefused(name, error) : error;
      });
    });
  }

  #moved(): void {
    const { status } = this.#instance;
    this.#isLeaving = false;
    this.isRestarting = false;
    if (status === 'starting') this.use.beginLoading();
    if (status === 'running') this.#open();
    else this.#shut();
  }

  #open(): void {
    const pool = new Pool(this.#parts.llamactl.connection(this.#instance.name));
    this.#pool = pool;
    this.#isYielding = false;
    this.use.beginServing();
    this.#admit();
    this.#armIdleTimer();
    void readSlots(pool).then((slots) => {
      if (slots !== null && this.#pool === pool && this.#isOpen) this.#lanes.admitTo(slots);
    });
  }

  #shut(): void {
    this.#idle.clear();
    const { status } = this.#instance;
    if (status === 'failed') {
      this.#lanes.refuseAll(instanceFailed(this.#instance, this.#parts.settings.coolDownMs));
    }
    this.#lanes.refuse((weight) => this.#judge.refusalOf(this.#instance, weight));
    // While it is stopping, requests under way still end; see `drain`.
    if (status !== 'stopping') this.#endAll();
    if (status === 'stopped' && this.waiting > 0) this.#startIfNeeded();
  }

  #lease(weight: Weight): Lease {
    const pool = this.#pool ?? Pool.gone();
    this.#idle.clear();
    let isHeld = true;
    return {
      pool,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        if (weight === 'heavy') this.use.now();
        this.#lanes.of(weight).leave();
        this.#admit();
        this.#armIdleTimer();
        this.#parts.room.notify();
      },
    };
  }

  #admit(): void {
    if (this.#isOpen) this.#lanes.admit();
  }

  #armIdleTimer(): void {
    this.#idle.clear();
    const { status, idle_timeout } = this.#instance;
    if (status !== 'running' || this.active > 0) return;
    const seconds = idle_timeout ?? this.#parts.settings.idleTimeoutS;
    this.#idle.arm(seconds, this.use.at, () => this.leave());
  }

  #endAll(): void {
    this.#pool?.destroy();
    this.#pool = null;
  }
}
