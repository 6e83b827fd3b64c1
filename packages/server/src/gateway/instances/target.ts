import { type Instance, LlamactlError } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import { Pool } from '../wire/pool.js';
import { refusalOf } from './judge.js';
import { Lane } from './lane.js';
import { readSlots } from './read-slots.js';
import { instanceFailed, startRefused } from './refusals.js';
import type { Room } from './room.js';
import type { TargetSettings } from './settings.js';

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

/** What a request costs: `heavy` ones hold a slot of the model, `light` ones only look at it. */
export type Weight = 'heavy' | 'light';

/** Slots of a server that does not tell. */
const assumedSlots = 4;
/** Places beyond the slots, so that a slot that comes free is taken at once. */
const sparePlaces = 4;
/** Places for requests that are answered at once. */
const lightPlaces = 4;

/** One instance, as requests find it. */
export class Target {
  readonly #parts: TargetParts;
  readonly #lanes: Readonly<Record<Weight, Lane>>;
  #instance: Instance;
  #pool: Pool | null = null;
  #starting: Promise<void> | null = null;
  #idleTimer: NodeJS.Timeout | undefined;
  #usedAt = 0;
  #isYielding = false;

  constructor(instance: Instance, parts: TargetParts) {
    this.#instance = instance;
    this.#parts = parts;
    const { lane } = parts.settings;
    this.#lanes = {
      heavy: new Lane(assumedSlots + sparePlaces, lane),
      light: new Lane(lightPlaces, lane),
    };
    if (instance.status === 'running') this.#open();
  }

  get instance(): Instance {
    return this.#instance;
  }

  /** Requests that it works on. */
  get active(): number {
    return this.#lanes.heavy.active + this.#lanes.light.active;
  }

  /** Requests that wait for it. */
  get waiting(): number {
    return this.#lanes.heavy.waiting + this.#lanes.light.waiting;
  }

  /** When a request ended last, or it became ready, in milliseconds of `performance.now()`. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** Whether nothing speaks against stopping it in favour of another. */
  get isSpare(): boolean {
    const { status, pinned } = this.#instance;
    const isFree = this.active === 0 && (this.waiting === 0 || this.#isYielding);
    return status === 'running' && !pinned && isFree;
  }

  /** Whether it may be asked to let another come before it. */
  get canYield(): boolean {
    const { status, pinned } = this.#instance;
    return status === 'running' && !pinned && !this.#isYielding;
  }

  /**
   * A place for a request: at once, or when there is one; a stopped instance is started for it. `onLeave`
   * gets what makes the waiting end early.
   * @throws LlamactlError INSTANCE_STOPPED, INSTANCE_FAILED, QUEUE_FULL, TIMEOUT
   */
  enter(
    weight: Weight,
    onLeave: (leave: (reason: unknown) => void) => void,
  ): Lease | Promise<Lease> {
    const lane = this.#lanes[weight];
    if (this.#isOpen && lane.tryEnter()) return this.#lease(lane);
    const refusal = refusalOf(this.#instance, this.#parts.settings, Date.now());
    if (refusal) throw refusal;
    const place = lane.wait(onLeave).then(() => this.#lease(lane));
    this.#startIfNeeded();
    return place;
  }

  /** Takes the new state of the instance. */
  update(instance: Instance): void {
    const previous = this.#instance.status;
    this.#instance = instance;
    if (instance.status === previous) {
      this.#armIdleTimer();
      return;
    }
    if (instance.status === 'running') this.#open();
    else this.#shut();
    this.#parts.room.notify();
  }

  /** It was deleted. */
  remove(error: LlamactlError): void {
    this.#endAll();
    this.#refuseAll(error);
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

  /** Lets go of everything. */
  close(error: LlamactlError): void {
    clearTimeout(this.#idleTimer);
    this.#refuseAll(error);
    this.#endAll();
  }

  get #isOpen(): boolean {
    return this.#pool !== null && this.#instance.status === 'running' && !this.#isYielding;
  }

  #startIfNeeded(): void {
    const { status, name } = this.#instance;
    if (this.#starting !== null || (status !== 'stopped' && status !== 'failed')) return;
    this.#starting = this.#start()
      .catch((error: unknown) => {
        this.#refuseAll(LlamactlError.is(error) ? startRefused(name, error) : error);
      })
      .finally(() => {
        this.#starting = null;
      });
  }

  async #start(): Promise<void> {
    const { llamactl, room } = this.#parts;
    const isWanted = () =>
      this.waiting > 0 && !['starting', 'running'].includes(this.#instance.status);
    await room.during(this, isWanted, async () => {
      if (isWanted()) await llamactl.start(this.#instance.name);
    });
  }

  #open(): void {
    const pool = new Pool(this.#parts.llamactl.connection(this.#instance.name));
    this.#pool = pool;
    this.#isYielding = false;
    this.#usedAt = performance.now();
    this.#admit();
    this.#armIdleTimer();
    readSlots(pool, (slots) => {
      if (this.#pool !== pool || !this.#isOpen) return;
      this.#lanes.heavy.admit(slots + sparePlaces);
    });
  }

  #shut(): void {
    clearTimeout(this.#idleTimer);
    const { status } = this.#instance;
    const { settings } = this.#parts;
    if (status === 'failed') this.#refuseAll(instanceFailed(this.#instance, settings.coolDownMs));
    const refusal = refusalOf(this.#instance, settings, Date.now());
    if (refusal) this.#refuseAll(refusal);
    // While it is stopping, requests under way still end; see `drain`.
    if (status !== 'stopping') this.#endAll();
    if (status === 'stopped' && this.waiting > 0) this.#startIfNeeded();
  }

  #lease(lane: Lane): Lease {
    const pool = this.#pool ?? Pool.gone();
    clearTimeout(this.#idleTimer);
    let isHeld = true;
    return {
      pool,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#usedAt = performance.now();
        lane.leave();
        this.#admit();
        this.#armIdleTimer();
        this.#parts.room.notify();
      },
    };
  }

  #admit(): void {
    if (!this.#isOpen) return;
    for (const lane of Object.values(this.#lanes)) lane.admit();
  }

  #armIdleTimer(): void {
    const { llamactl, settings } = this.#parts;
    const { name, status, idle_timeout } = this.#instance;
    const seconds = idle_timeout ?? settings.idleTimeoutS;
    clearTimeout(this.#idleTimer);
    if (seconds === 0 || status !== 'running' || this.active > 0) return;
    const leftMs = this.#usedAt + seconds * 1_000 - performance.now();
    const stop = () => {
      if (this.#isOpen && this.active === 0) llamactl.stop(name, { hold: false }).catch(() => {});
    };
    this.#idleTimer = setTimeout(stop, Math.min(Math.max(0, leftMs), 2 ** 31 - 1)).unref();
  }

  #refuseAll(error: unknown): void {
    for (const lane of Object.values(this.#lanes)) lane.refuseAll(error);
  }

  #endAll(): void {
    this.#pool?.destroy();
    this.#pool = null;
  }
}
