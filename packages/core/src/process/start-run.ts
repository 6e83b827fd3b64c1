import { randomBytes } from 'node:crypto';
import { mkdir, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readBootId } from './identity.js';
import type { Run, RunExit, RunSpec } from './run.js';
import { hashArguments, type RunRecord, writeRunRecord } from './run-record.js';
import { type SpawnedShim, spawnShim } from './spawn-shim.js';
import { startError } from './start-error.js';
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
  try {
    await makeFreshDir(spec.runDir);
  } catch (error) {
    throw startError(spec.instance, error);
  }
  let spawned: SpawnedShim | undefined;
  try {
    const token = `${spec.owner ?? ''}${randomBytes(16).toString('hex')}`;
    const record = firstRecord(spec, token);
    const durable = !spec.tied;
    await writeRunRecord(spec.runDir, record, durable);
    spawned = await spawnShim(spec, token);
    await writeRunRecord(spec.runDir, completeRecord(record, spawned), durable);
    return makeRun(spec, record, spawned);
  } catch (error) {
    spawned?.abandon();
    await removeRunFiles(spec.runDir).catch(() => {});
    throw startError(spec.instance, error);
  }
}

function makeRun(
  spec: RunSpec,
  { token, started_at: startedAt }: RunRecord,
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
  const watch = new AbortController();
  const { signal } = watch;
  const exited: Promise<RunExit> = watchExit(runDir, { backend, shim, signal });
  // The guard takes what is left of a tied run, and its files.
  exited.then(untie);
  return { ...run, exited, letGo: () => watch.abort() };
}

/** The folder must be new: an `exit` file of another run would be taken for this one's. */
async function makeFreshDir(runDir: string): Promise<void> {
  await mkdir(dirname(runDir), { recursive: true, mode: 0o700 });
  await mkdir(runDir, { mode: 0o700 });
}

/** Needs no descriptor, of which there may be none left. */
async function removeRunFiles(runDir: string): Promise<void> {
  for (const name of ['run.json', 'fifo', 'pid', 'exit']) {
    await unlink(join(runDir, name)).catch(() => {});
  }
  await rmdir(runDir);
}

function firstRecord(spec: RunSpec, token: string): RunRecord {
  return {
    version: 1,
    instance: spec.instance,
    token,
    argv_hash: hashArguments(spec.launch.file, spec.launch.args),
    log_file: spec.logFile,
    tied: spec.tied,
    facts: spec.facts ?? null,
    started_at: new Date().toISOString(),
    boot_id: readBootId(),
    pid: null,
    started_ticks: null,
    shim_pid: null,
    shim_started_ticks: null,
    guard_pid: null,
    guard_started_ticks: null,
  };
}

function completeRecord(record: RunRecord, { backend, shim, guard }: SpawnedShim): RunRecord {
  return {
    ...record,
    pid: backend.pid,
    started_ticks: backend.startedTicks,
    shim_pid: shim.pid,
    shim_started_ticks: shim.startedTicks,
    guard_pid: guard?.pid ?? null,
    guard_started_ticks: guard?.startedTicks ?? null,
  };
}
