import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { attachRun } from '../process/attach-run.js';
import { processesWithToken } from '../process/end-strays.js';
import { listProcesses, type ProcessInfo } from '../process/process-table.js';
import type { Run } from '../process/run.js';
import { readRunRecord } from '../process/run-record.js';
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

/**
 * Finds the runs in a folder of runs.
 * @throws LlamactlError STORAGE_ERROR when the folder cannot be read
 */
export async function findRuns(runsDir: string): Promise<{ runs: LeftRun[]; emptyDirs: string[] }> {
  let dirs: string[];
  try {
    dirs = (await readdir(runsDir)).map((name) => join(runsDir, name));
  } catch (error) {
    throw toStorageError(error, 'look for runs that were left behind');
  }
  const table = listProcesses();
  const found = await Promise.all(
    dirs.map(async (dir) => ({ dir, left: await findRun(dir, table) })),
  );
  return {
    runs: found.flatMap(({ left }) => left ?? []),
    emptyDirs: found.flatMap(({ dir, left }) => (left === null ? dir : [])),
  };
}

/** The run in a folder; null when it has none, or its manager was killed before there was a process. */
async function findRun(runDir: string, table: readonly ProcessInfo[]): Promise<LeftRun | null> {
  const record = await readRunRecord(runDir);
  if (record === null) return null;
  const giveUpAt = performance.now() + longestSpawnMs;
  for (let isOver = false; ; ) {
    const run = await attachRun(runDir, table);
    if (run !== null) return { run, facts: readRunFacts(record) };
    if (isOver || performance.now() > giveUpAt) return null;
    // One that is over by now may have written its pid since.
    isOver = processesWithToken((token) => token === record.token).length === 0;
    if (!isOver) await delay(pauseMs);
  }
}
