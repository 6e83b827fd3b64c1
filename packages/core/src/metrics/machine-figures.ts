import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';

/** Time of all cores since boot, in milliseconds. */
export interface ProcessorTime {
  readonly busy: number;
  readonly total: number;
}

/** Source: `os.cpus()`, which is empty where the system does not tell. */
export function readProcessorTime(): ProcessorTime {
  let total = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    total += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { busy: total - idle, total };
}

/** Bytes that could not be given to a program at once. Source: /proc/meminfo, else what is not free. */
export function readMemoryUsage(): number {
  return (process.platform === 'linux' ? readMeminfo() : null) ?? totalmem() - freemem();
}

function readMeminfo(): number | null {
  try {
    return memoryUsageOf(readFileSync('/proc/meminfo', 'utf8'));
  } catch {
    return null;
  }
}

/** The used bytes that a text like /proc/meminfo tells of; null when it does not. */
export function memoryUsageOf(meminfo: string): number | null {
  const kibibytes = (field: string) => {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(meminfo);
    return match ? Number(match[1]) : null;
  };
  const total = kibibytes('MemTotal');
  const available = kibibytes('MemAvailable');
  if (total === null || available === null) return null;
  return Math.max(0, total - available) * 1024;
}

/** How full the disk of a folder is for this user, in percent; null when the system does not tell. */
export async function readDiskUsage(dir: string): Promise<number | null> {
  try {
    const { blocks, bfree, bavail } = await statfs(dir);
    const used = blocks - bfree;
    const usable = used + bavail;
    return usable > 0 ? Math.round((1_000 * used) / usable) / 10 : null;
  } catch {
    return null;
  }
}
