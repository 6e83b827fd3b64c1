import type { InstanceStats } from '@llamactl/contract';
import type { GpuSampler } from './gpu-sampler.js';
import type { TreeSampler } from './tree-sampler.js';

interface SampledRun {
  readonly stats: InstanceStats | null;
  readonly sampler: Pick<TreeSampler, 'pids'>;
}

/** What the processes of an instance take, as seen last, in bytes. */
export interface MemoryUse {
  /** Memory of the machine that is resident, as `stats.memory_usage`. */
  readonly residentBytes: number;
  /** Memory of GPUs; null where neither a driver nor a tool tells, see docs/user-guide/gateway.md. */
  readonly gpuBytes: number | null;
}

/** Puts together what is known of a run; null without one, and as long as something is still to be looked at. */
export function memoryUse(run: SampledRun | null, gpus: GpuSampler): MemoryUse | null {
  const gpuBytes = gpus.bytesOf(run?.sampler.pids ?? []);
  const residentBytes = run?.stats?.memory_usage ?? null;
  if (residentBytes === null || gpuBytes === undefined) return null;
  return { residentBytes, gpuBytes };
}
