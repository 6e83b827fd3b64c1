import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isDead, type ProcessInfo, readProcess } from './process-table.js';
import type { ProcessIdentity } from './run.js';

let knownBootId: string | undefined;

/** Text that differs after each boot of the machine. */
export function readBootId(): string {
  knownBootId ??= askBootId();
  return knownBootId;
}

/** Who this process is, for a later {@link isSameProcess}. */
export function identityOf({ pid, startedTicks }: ProcessInfo): ProcessIdentity {
  return { pid, startedTicks, bootId: readBootId() };
}

/** Looks whether a process is there and still the one meant; null when it is gone, a zombie or another one. */
export function findSameProcess(identity: ProcessIdentity): ProcessInfo | null {
  if (identity.bootId !== readBootId()) return null;
  const found = readProcess(identity.pid);
  if (found === null || isDead(found)) return null;
  return found.startedTicks === identity.startedTicks ? found : null;
}

/** Whether a process lives and is still the one meant. */
export function isSameProcess(identity: ProcessIdentity): boolean {
  return findSameProcess(identity) !== null;
}

function askBootId(): string {
  if (process.platform === 'linux') {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  }
  return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
