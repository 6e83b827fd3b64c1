import { access } from 'node:fs/promises';
import { findInPath } from '../process/find-in-path.js';
import { type DrmClient, type DrmPlaces, drmPlaces, readDrmClients } from './drm-memory.js';
import { askNvidiaSmi, type ComputeApps } from './nvidia-smi.js';

/** Settings of a {@link GpuSampler}; for tests. */
export interface GpuSamplerOptions {
  /** Shortest time between two looks, in milliseconds. */
  readonly pauseMs?: number;
  /** Time after which a source that was not there is looked for again, in milliseconds. */
  readonly findAgainMs?: number;
  readonly places?: DrmPlaces;
}

/** What can be asked for the memory of GPUs here. */
interface Sources {
  /** Whether drivers show it in `/proc`. */
  readonly drm: boolean;
  /** Path of the tool of NVIDIA's driver, which shows it nowhere else; null without one that answers. */
  readonly nvidiaSmi: string | null;
}

/** What a look has shown of the processes that it was for. */
interface GpuLook {
  readonly clients: ReadonlyMap<number, readonly DrmClient[]>;
  readonly apps: ComputeApps;
}

/** A look takes at most this share of the time: without its daemon, the tool wakes the GPU each time. */
const longestShare = 0.05;

/**
 * Knows what processes take of the memory of GPUs, as seen last. It looks from the first time on that somebody asks;
 * where there is nothing to look with, nothing is done but to see, now and then, whether that has changed.
 */
export class GpuSampler {
  readonly #pauseMs: number;
  readonly #findAgainMs: number;
  readonly #places: DrmPlaces;
  #sources: Sources = { drm: false, nvidiaSmi: null };
  #seen: GpuLook = { clients: new Map(), apps: new Map() };
  #isAsked = false;
  #isLooking = false;
  #lookAt = 0;
  #findAt = 0;

  constructor(options: GpuSamplerOptions = {}) {
    this.#pauseMs = options.pauseMs ?? 5_000;
    this.#findAgainMs = options.findAgainMs ?? 60_000;
    this.#places = options.places ?? drmPlaces;
  }

  /** Finds out what there is to look with. */
  async findSources(): Promise<void> {
    this.#findAt = performance.now() + this.#findAgainMs;
    const [drm, nvidiaSmi] = await Promise.all([
      access(this.#places.devices).then(
        () => true,
        () => false,
      ),
      findInPath('nvidia-smi'),
    ]);
    this.#sources = { drm, nvidiaSmi };
  }

  /**
   * Bytes that the processes of an instance take together; null when nothing tells. Undefined before a look that
   * could tell was taken.
   */
  bytesOf(pids: readonly number[]): number | null | undefined {
    this.#isAsked = true;
    if (!this.#hasSource) return null;
    const { clients, apps } = this.#seen;
    if (!pids.some((pid) => clients.has(pid))) return undefined;
    // Processes that share a use would count it twice.
    const uses = new Map(
      pids.flatMap((pid) => clients.get(pid) ?? []).map((use) => [use.key, use]),
    );
    const known = [
      ...[...uses.values()].map(({ bytes }) => bytes),
      ...pids.flatMap((pid) => apps.get(pid) ?? []),
    ];
    return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Looks at processes, if it is time to; never rejects. */
  async look(pids: readonly number[]): Promise<void> {
    const begunAt = performance.now();
    if (!this.#isAsked || this.#isLooking || pids.length === 0 || begunAt < this.#lookAt) return;
    this.#isLooking = true;
    if (begunAt >= this.#findAt) await this.findSources();
    if (this.#hasSource) this.#seen = await this.#lookNow(pids);
    const endedAt = performance.now();
    this.#lookAt = Math.max(begunAt + this.#pauseMs, endedAt + (endedAt - begunAt) / longestShare);
    this.#isLooking = false;
  }

  get #hasSource(): boolean {
    return this.#sources.drm || this.#sources.nvidiaSmi !== null;
  }

  async #lookNow(pids: readonly number[]): Promise<GpuLook> {
    const { drm, nvidiaSmi } = this.#sources;
    const usesOf = (pid: number) => (drm ? readDrmClients(pid, this.#places) : []);
    const [uses, apps] = await Promise.all([
      Promise.all(pids.map(async (pid) => [pid, await usesOf(pid)] as const)),
      nvidiaSmi === null ? null : askNvidiaSmi(nvidiaSmi),
    ]);
    if (nvidiaSmi !== null && apps === null) {
      // Without its driver the tool would fail each time: it counts as missing for a while.
      this.#sources = { drm, nvidiaSmi: null };
      this.#findAt = performance.now() + this.#findAgainMs;
    }
    return { clients: new Map(uses), apps: apps ?? new Map() };
  }
}
