import type { InstanceStats } from '@llamactl/contract';
import { machineConstants } from '../process/machine-constants.js';
import { listIfPossible, type ProcessInfo } from '../process/process-table.js';
import type { Run } from '../process/run.js';
import { createRunTree, keyOf, type RunMark } from '../process/run-tree.js';

/** Takes the figures of one run. */
export interface TreeSampler {
  /** The processes of the last sample, by id. */
  readonly pids: readonly number[];
  /**
   * The figures now: processor time since the sample before (the first time: since the start of the
   * run), memory and uptime. What cannot be seen, as of a run that is over, is null.
   *
   * @param table - All processes, so that several samplers can share one look; null when they cannot be
   *   looked at. Default: looks now.
   */
  sample(table?: readonly ProcessInfo[] | null): InstanceStats;
}

/** Settings of {@link createTreeSampler}. */
export interface TreeSamplerOptions {
  /** Milliseconds since 1970; must not jump. Default: the monotonic clock, set when this process began. */
  readonly now?: () => number;
}

/**
 * Makes a {@link TreeSampler} for a run with all of its descendants (the shim's share, under 2 MB, is
 * left out). Source: utime, stime and rss of `/proc/PID/stat`, else `ps`. Processor time of a child
 * that was born and ended between two samples is not seen.
 */
export function createTreeSampler(
  run: RunMark & Pick<Run, 'startedAt'>,
  { now = monotonicNow }: TreeSamplerOptions = {},
): TreeSampler {
  const tree = createRunTree(run, { environment: false });
  const startedAt = Date.parse(run.startedAt);
  const { ticksPerSecond } = machineConstants();
  let lastTicks = new Map<string, number>();
  let lastAt = startedAt;
  let pids: readonly number[] = [];
  return {
    get pids() {
      return pids;
    },
    sample(table = listIfPossible()) {
      const at = now();
      const uptime = Math.max(0, Math.floor((at - startedAt) / 1000));
      if (table === null) return { memory_usage: null, cpu_usage: null, uptime };
      const { members } = tree.scan(table);
      pids = members.map(({ pid }) => pid);
      const ticks = new Map(members.map((entry) => [keyOf(entry), entry.cpuTicks]));
      const usedTicks = sum([...ticks].map(([key, used]) => used - (lastTicks.get(key) ?? 0)));
      const percent = (100 * usedTicks) / ticksPerSecond / ((at - lastAt) / 1000);
      const isSeen = members.length > 0;
      const stats: InstanceStats = {
        memory_usage: isSeen ? sum(members.map((entry) => entry.residentBytes)) : null,
        cpu_usage: isSeen && at > lastAt ? Math.round(percent * 10) / 10 : null,
        uptime,
      };
      lastTicks = ticks;
      lastAt = at;
      return stats;
    },
  };
}

function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
