import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { attachRun } from '../process/attach-run.js';
import { processesWithToken } from '../process/end-strays.js';
import { listProcesses, type ProcessInfo } from '../process/process-table.js';
import type { Run } from '../process/run.js';
import { findRunRecord, readRunRecord } from '../process/run-record.js';
import { isAside } from '../storage/move-aside.js';
import { writtenByNewer } from '../storage/newer-version.js';
import { toStorageError } from '../storage/storage-error.js';
import { type RunFacts, readRunFacts } from './run-facts.js';

/** A run that has a folder with a record. */
export interface LeftRun {
  readonly run: Run;
  /** Null when the record has none that can be understood. */
  readonly facts: RunFacts | null;
}

const pauseMs = 20;
/** A shim that has been started writes down the pid of its backend within milliseconds. */
const longestSpawnMs = 2_000;

/** A folder of a run whose record cannot be understood. */
export interface BrokenRun {
  readonly runDir: string;
  /** In lower case. */
  readonly instance: string;
  readonly reason: string;
}

/** What the folder of one run holds. */
type Found =
  | { readonly kind: 'run'; readonly left: LeftRun }
  | { readonly kind: 'broken'; readonly broken: BrokenRun }
  | { readonly kind: 'empty'; readonly runDir: string };

/** What a folder of runs holds. */
export interface FoundRuns {
  readonly runs: readonly LeftRun[];
  readonly broken: readonly BrokenRun[];
  readonly emptyDirs: readonly string[];
}

/**
 * Refuses a folder of runs in which a newer release wrote; changes nothing.
 * @throws LlamactlError STORAGE_ERROR
 */
export async function refuseNewerRuns(runsDir: string): Promise<void> {
  for (const runDir of await runDirsIn(runsDir)) {
    const found = await findRunRecord(runDir);
    if (found.kind === 'newer') throw writtenByNewer(found.file, found.version);
  }
}

/** The facts of every run in a folder of runs that has some. */
export async function readAllFacts(runsDir: string): Promise<RunFacts[]> {
  const records = await Promise.all((await runDirsIn(runsDir)).map(readRunRecord));
  return records.flatMap((record) => (record && readRunFacts(record)) ?? []);
}

/**
 * Finds the runs in a folder of runs.
 * @throws LlamactlError STORAGE_ERROR when the folder cannot be read
 */
export async function findRuns(runsDir: string): Promise<FoundRuns> {
  const dirs = await runDirsIn(runsDir);
  const table = listProcesses();
  const found = await Promise.all(dirs.map((dir) => findRun(dir, table)));
  return {
    runs: found.flatMap((each) => (each.kind === 'run' ? each.left : [])),
    broken: found.flatMap((each) => (each.kind === 'broken' ? each.broken : [])),
    emptyDirs: found.flatMap((each) => (each.kind === 'empty' ? each.runDir : [])),
  };
}

async function runDirsIn(runsDir: string): Promise<string[]> {
  try {
    const names = await readdir(runsDir);
    return names.filter((name) => !isAside(name)).map((name) => join(runsDir, name));
  } catch (error) {
    throw toStorageError(error, 'look for runs that were left behind');
  }
}

/** The run in a folder; it is empty when its manager was killed before there was a process. */
async function findRun(runDir: string, table: readonly ProcessInfo[]): Promise<Found> {
  const found = await findRunRecord(runDir);
  if (found.kind === 'broken') {
    const instance = basename(runDir).replace(/-[\da-f-]{36}$/, '');
    return { kind: 'broken', broken: { runDir, instance, reason: found.reason } };
  }
  if (found.kind !== 'good') return { kind: 'empty', runDir };
  const { record } = found;
  const giveUpAt = performance.now() + longestSpawnMs;
  for (let isOver = false; ; ) {
    const run = await attachRun(runDir, table);
    if (run !== null) return { kind: 'run', left: { run, facts: readRunFacts(record) } };
    if (isOver || performance.now() > giveUpAt) return { kind: 'empty', runDir };
    // One that is over by now may have written its pid since.
    isOver = processesWithToken((token) => token === record.token).length === 0;
    if (!isOver) await delay(pauseMs);
  }
}
