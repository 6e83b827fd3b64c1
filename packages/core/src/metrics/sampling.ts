import type { SystemResources } from '@llamactl/contract';
import { listIfPossible, type ProcessInfo } from '../process/process-table.js';
import type { SystemSampler } from './system-sampler.js';

/** What takes its figures out of a look at all processes. */
export interface Sampled {
  readonly status: string;
  sample(table: readonly ProcessInfo[]): void;
}

export interface SamplingOptions {
  readonly intervalMs: number;
  readonly system: SystemSampler;
  readonly onResources: (resources: SystemResources) => void;
  /** Those to take figures of, where they are running. */
  readonly instances: () => Iterable<Sampled>;
}

/** Takes figures of the machine and of what runs in each interval; returns what ends that. Keeps no process alive. */
export function startSampling(options: SamplingOptions): () => void {
  const { system, instances, onResources } = options;
  let isSampling = false;
  let isEnded = false;
  const tick = async () => {
    sampleRunning(instances());
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

/** One look at the process table serves all. */
function sampleRunning(instances: Iterable<Sampled>): void {
  const running = [...instances].filter(({ status }) => status === 'running');
  if (running.length === 0) return;
  const table = listIfPossible();
  // Without a free descriptor the figures stay as they were.
  if (table === null) return;
  for (const instance of running) instance.sample(table);
}
