import type { SystemResources } from '@llamactl/contract';
import { listIfPossible, type ProcessInfo } from '../process/process-table.js';
import type { GpuSampler } from './gpu-sampler.js';
import type { SystemSampler } from './system-sampler.js';
import type { TreeSampler } from './tree-sampler.js';

/** What takes its figures out of a look at all processes. */
export interface Sampled {
  /** Whether it has no process. */
  readonly isIdle: boolean;
  /** Its run, while that serves. */
  readonly running: { readonly sampler: Pick<TreeSampler, 'pids'> } | null;
  sample(table: readonly ProcessInfo[]): void;
}

export interface SamplingOptions {
  readonly intervalMs: number;
  readonly system: SystemSampler;
  readonly gpus: GpuSampler;
  readonly onResources: (resources: SystemResources) => void;
  /** Those to look at, where they have processes. */
  readonly instances: () => Iterable<Sampled>;
}

/** Takes figures of the machine and of what runs in each interval; returns what ends that. Keeps no process alive. */
export function startSampling(options: SamplingOptions): () => void {
  const { system, gpus, instances, onResources } = options;
  let isSampling = false;
  let isEnded = false;
  const tick = async () => {
    const live = sampleLive(instances());
    void gpus.look(live.flatMap((instance) => instance.running?.sampler.pids ?? []));
    if (isSampling) return;
    isSampling = true;
    const resources = await system.sample();
    isSampling = false;
    if (!isEnded) onResources(resources);
  };
  const timer = setInterval(() => void tick(), options.intervalMs).unref();
  return () => {
    isEnded = true;
    clearInterval(timer);
  };
}

/** One look at the process table serves all; returns those that have processes. */
function sampleLive(instances: Iterable<Sampled>): Sampled[] {
  const live = [...instances].filter((instance) => !instance.isIdle);
  const table = live.length === 0 ? null : listIfPossible();
  // Without a free descriptor the figures stay as they were.
  if (table !== null) for (const instance of live) instance.sample(table);
  return live;
}
