import { execFileSync } from 'node:child_process';
import type { ProcessInfo } from './process-table.js';
import { isResourceShortage } from './resource-shortage.js';

const columns = 'pid=,ppid=,pgid=,stat=,rss=,time=,lstart=';

/** The process table as `ps` prints it, for systems without /proc: one process, or all. */
export function readPs(pid?: number): ProcessInfo[] {
  const which = pid === undefined ? ['-ax'] : ['-p', String(pid)];
  try {
    const output = execFileSync('ps', [...which, '-o', columns], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\n').flatMap((line) => parsePsLine(line) ?? []);
  } catch (error) {
    if (isResourceShortage(error)) throw error;
    return []; // ps exits with 1 when there is no such process
  }
}

/** Reads one line of {@link readPs}'s columns; null when it is none. */
export function parsePsLine(line: string): ProcessInfo | null {
  const [pid, ppid, pgid, stat = '', rss, time = '', ...started] = line.trim().split(/\s+/);
  if (started.length === 0) return null;
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgid: Number(pgid),
    session: null,
    state: stat.slice(0, 1),
    startedTicks: started.join(' '),
    cpuTicks: Math.round(parseCpuSeconds(time) * 100),
    residentBytes: Number(rss) * 1024,
  };
}

/** Reads `[[days-]hours:]minutes:seconds[.fraction]`. */
function parseCpuSeconds(text: string): number {
  const [clock = '', days = '0'] = text.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
