import { cpus, hostname, totalmem } from 'node:os';
import type { SystemInfo } from '@llamactl/contract';
import { buildTime } from './build-time.js';
import { packageVersion } from './version.js';

/** What machine this is and which build runs on it. */
export function systemInfo(): SystemInfo {
  return {
    hostname: hostname(),
    os: goName(process.platform, { win32: 'windows', sunos: 'solaris' }),
    arch: goName(process.arch, { x64: 'amd64', ia32: '386' }),
    cpu_count: cpus().length,
    memory_total: totalmem(),
    version: packageVersion(),
    build_time: buildTime,
  };
}

/** Names as Go has them; where Node's is the same, it is left out of `different`. */
function goName(name: string, different: Readonly<Record<string, string>>): string {
  return different[name] ?? name;
}
