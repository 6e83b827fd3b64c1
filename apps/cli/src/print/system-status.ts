import type { SystemStatus } from '@llamactl/client';
import { instanceCounts } from './instance-counts.js';
import { printable } from './printable.js';
import { formatBytes, formatPercent, formatSeconds } from './quantity.js';
import { table } from './table.js';

const unknown = 'unknown';

/** State and figures of a server, one fact per line. */
export function systemStatus({ version, uptime, instances, resources }: SystemStatus): string {
  const { cpu_usage: cpu, disk_usage: disk } = resources;
  return table([
    ['version', printable(version)],
    ['uptime', formatSeconds(uptime)],
    ['instances', instanceCounts(instances)],
    ['cpu', cpu === null ? unknown : `${formatPercent(cpu)} of all cores`],
    ['memory', memory(resources)],
    ['disk', disk === null ? unknown : `${formatPercent(disk)} full`],
  ]);
}

function memory({ memory_usage: used, memory_total: total }: SystemStatus['resources']): string {
  if (used === null) return `${unknown} of ${formatBytes(total)}`;
  return `${formatBytes(used)} of ${formatBytes(total)} (${formatPercent((100 * used) / total)})`;
}
