import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf } from './identity.js';
import { readMarker } from './marker.js';
import { listProcesses, type ProcessInfo, readProcess } from './process-table.js';
import type { ProcessIdentity, Run } from './run.js';
import { type RunRecord, readRunRecord } from './run-record.js';
import { createRunTree, type RunMark } from './run-tree.js';
import { sendSignal } from './send-signal.js';
import { watchExit } from './watch-exit.js';

/**
 * Finds a run again that this process did not start, from what is in its folder. The run may be over:
 * then `exited` tells how, as soon as the promise is asked. One that was left standing still by a
 * manager that died while it rotated the log is let go on.
 *
 * @param table - All processes, to share one look at them. Default: looks now.
 * @returns null when the folder has no readable record, or the backend never came so far as to have a pid.
 */
export async function attachRun(
  runDir: string,
  table?: readonly ProcessInfo[],
): Promise<Run | null> {
  const record = await readRunRecord(runDir);
  if (record === null) return null;
  const backend = await findBackend(runDir, record);
  if (backend === null) return null;
  const shim = findShim(record, backend);
  const run = {
    instance: record.instance,
    pid: backend.pid,
    identity: backend,
    shim,
    guard: identity(record, record.guard_pid, record.guard_started_ticks),
    runDir,
    startedAt: record.started_at,
    token: record.token,
  };
  letGoOn(run, table);
  const watch = new AbortController();
  const exited = watchExit(runDir, { backend, shim, signal: watch.signal });
  return { ...run, exited, letGo: () => watch.abort() };
}

function letGoOn(run: RunMark, table: readonly ProcessInfo[] = listProcesses()): void {
  if (!table.some(isStandingStill)) return;
  for (const entry of createRunTree(run).scan(table).members) {
    if (isStandingStill(entry)) sendSignal(identityOf(entry), 'SIGCONT');
  }
}

function isStandingStill({ state }: ProcessInfo): boolean {
  return state === 'T';
}

/** A record that was not completed is made up for by the shim's own pid file and the marker. */
async function findBackend(runDir: string, record: RunRecord): Promise<ProcessIdentity | null> {
  const recorded = identity(record, record.pid, record.started_ticks);
  if (recorded !== null) return recorded;
  const pid = await readPid(runDir);
  if (pid === null) return null;
  return confirm(record, pid);
}

function findShim(record: RunRecord, backend: ProcessIdentity): ProcessIdentity {
  const recorded = identity(record, record.shim_pid, record.shim_started_ticks);
  if (recorded !== null) return recorded;
  const group = backend.startedTicks === '' ? undefined : readProcess(backend.pid)?.pgid;
  return confirm(record, group ?? 0);
}

/** Takes a pid for the run's only if that process carries the run's token. */
function confirm(record: RunRecord, pid: number): ProcessIdentity {
  const found = readMarker(pid)?.token === record.token ? readProcess(pid) : null;
  return found === null ? { pid, startedTicks: '', bootId: record.boot_id } : identityOf(found);
}

function identity(
  { boot_id: bootId }: RunRecord,
  pid: number | null,
  startedTicks: string | null,
): ProcessIdentity | null {
  return pid === null ? null : { pid, startedTicks: startedTicks ?? '', bootId };
}

async function readPid(runDir: string): Promise<number | null> {
  const text = await readFile(join(runDir, 'pid'), 'utf8').catch(() => '');
  return /^\d+\n$/.test(text) ? Number.parseInt(text, 10) : null;
}
