import { totalmem } from 'node:os';
import type { SystemResources } from '@llamactl/contract';
import {
  type ProcessorTime,
  readDiskUsage,
  readMemoryUsage,
  readProcessorTime,
} from './machine-figures.js';

/** Takes the figures of the machine. */
export interface SystemSampler {
  /** Of the last sample; processor time is null before the second. */
  readonly latest: SystemResources;
  /** Takes new figures; never rejects. Not to be called again before it has resolved. */
  sample(): Promise<SystemResources>;
}

/** Where figures come from; for tests. */
export interface MachineFigures {
  readonly processorTime: () => ProcessorTime;
  readonly memoryUsage: () => number;
  readonly diskUsage: () => Promise<number | null>;
}

/** Longest wait for a disk; one that is gone, as of a server that is down, may never answer. */
const diskTimeoutMs = 1_000;

/** Makes a {@link SystemSampler} for this machine and the disk that a folder is on. */
export function createSystemSampler(
  dir: string,
  figures: MachineFigures = {
    processorTime: readProcessorTime,
    memoryUsage: readMemoryUsage,
    diskUsage: () => readDiskUsage(dir),
  },
): SystemSampler {
  const disk = withDeadline(figures.diskUsage);
  let lastTime: ProcessorTime | null = null;
  let latest: SystemResources = {
    cpu_usage: null,
    memory_usage: null,
    memory_total: totalmem(),
    disk_usage: null,
  };
  return {
    get latest() {
      return latest;
    },
    async sample() {
      const time = figures.processorTime();
      // Two looks within one tick of the clock: the last interval is still the last one.
      const isNew = lastTime === null || time.total > lastTime.total;
      const cpu_usage = lastTime && isNew ? percentBetween(lastTime, time) : latest.cpu_usage;
      if (isNew) lastTime = time;
      const memory_usage = figures.memoryUsage();
      const disk_usage = await disk();
      latest = { cpu_usage, memory_usage, memory_total: totalmem(), disk_usage };
      return latest;
    },
  };
}

function percentBetween(before: ProcessorTime, after: ProcessorTime): number {
  const percent = (100 * (after.busy - before.busy)) / (after.total - before.total);
  return Math.round(Math.min(100, Math.max(0, percent)) * 10) / 10;
}

/** Gives null when there is no answer in time, and asks again only once there is. */
function withDeadline(ask: () => Promise<number | null>): () => Promise<number | null> {
  let pending: Promise<number | null> | null = null;
  return async () => {
    if (pending !== null) return null;
    const answer = ask();
    pending = answer;
    const settle = () => {
      pending = null;
    };
    void answer.then(settle, settle);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), diskTimeoutMs).unref();
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
