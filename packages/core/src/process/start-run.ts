import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readBootId } from './identity.js';
import type { Run, RunExit, RunSpec } from './run.js';
import { hashArguments, type RunRecord, writeRunRecord } from './run-record.js';
import { type SpawnedShim, spawnShim } from './spawn-shim.js';
import { startError } from './start-error.js';
import { stopRun } from './stop-run.js';
import { watchExit } from './watch-exit.js';

/**
 * Starts a backend behind a shim, in a session of its own, and resolves as soon as its pid is known and
 * on record. The run lives on when this process ends, unless it is tied; nothing of it keeps this
 * process's event loop alive. A backend that cannot be executed is a run that ends with 126 or 127; the
 * reason is in its log.
 *
 * @throws LlamactlError RESOURCE_EXHAUSTED, STORAGE_FULL, STORAGE_ERROR, INVALID_OPTION (too long
 *   arguments); nothing is left behind then, neither process nor folder.
 */
export async function startRun(spec: RunSpec): Promise<Run> {
  const token = randomBytes(16).toString('hex');
  const startedAt = new Date().toISOString();
  const record = firstRecord(spec, token, startedAt);
  const durable = !spec.tied;
  try {
    await makeFreshDir(spec.runDir);
  } catch (error) {
    throw startError(spec.instance, error);
  }
  let run: Run | undefined;
  try {
    await writeRunRecord(spec.runDir, record, durable);
    const spawned = await spawnShim(spec, token);
    run = makeRun(spec, { token, startedAt }, spawned);
    await writeRunRecord(spec.runDir, completeRecord(record, run), durable);
    return run;
  } catch (error) {
    if (run !== undefined) await stopRun(run, { force: true, timeoutMs: 0 }).catch(() => {});
    await rm(spec.runDir, { recursive: true, force: true });
    throw startError(spec.instance, error);
  }
}

function makeRun(
  spec: RunSpec,
  { token, startedAt }: Pick<Run, 'token' | 'startedAt'>,
  { backend, shim, guard, untie }: SpawnedShim,
): Run {
  const { instance, runDir } = spec;
  const run = {
    instance,
    runDir,
    pid: backend.pid,
    identity: backend,
    shim,
    guard,
    token,
    startedAt,
  };
  const exited: Promise<RunExit> = watchExit(runDir, { backend, shim });
  // The guard takes what is left of a tied run, and its files.
  exited.then(untie);
  return { ...run, exited };
}

/** The folder must be new: an `exit` file of another run would be taken for this one's. */
async function makeFreshDir(runDir: string): Promise<void> {
  await mkdir(dirname(runDir), { recursive: true, mode: 0o700 });
  await mkdir(runDir, { mode: 0o700 });
}

function firstRecord(spec: RunSpec, token: string, startedAt: string): RunRecord {
  return {
    version: 1,
    instance: spec.instance,
    token,
    argv_hash: hashArguments(spec.launch.file, spec.launch.args),
    log_file: spec.logFile,
    tied: spec.tied,
    started_at: startedAt,
    boot_id: readBootId(),
    pid: null,
    started_ticks: null,
    shim_pid: null,
    shim_started_ticks: null,
    guard_pid: null,
    guard_started_ticks: null,
  };
}

function completeRecord(record: RunRecord, { identity, shim, guard }: Run): RunRecord {
  return {
    ...record,
    pid: identity.pid,
    started_ticks: identity.startedTicks,
    shim_pid: shim.pid,
    shim_started_ticks: shim.startedTicks,
    guard_pid: guard?.pid ?? null,
    guard_started_ticks: guard?.startedTicks ?? null,
  };
}
