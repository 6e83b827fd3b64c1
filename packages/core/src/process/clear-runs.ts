import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno, toStorageError } from '../storage/storage-error.js';
import { attachRun } from './attach-run.js';
import { stopRun } from './stop-run.js';

/**
 * Ends whatever a manager that is gone left running, and removes its files. For the one who holds the
 * data folder, before it starts runs of its own. No error when there is no such folder.
 *
 * @param runsDir - The folder with the folders of the runs.
 * @returns Why a run could not be cleared, for each of those; their folders stay for the next time.
 * @throws LlamactlError STORAGE_ERROR when the folder cannot be read
 */
export async function clearRuns(runsDir: string): Promise<readonly unknown[]> {
  const cleared = await Promise.allSettled(
    (await namesIn(runsDir)).map((name) => clearRun(join(runsDir, name))),
  );
  return cleared.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
}

async function namesIn(runsDir: string): Promise<string[]> {
  try {
    return await readdir(runsDir);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw toStorageError(error, 'look for runs that were left behind');
  }
}

async function clearRun(runDir: string): Promise<void> {
  const run = await attachRun(runDir);
  if (run !== null) await stopRun(run, { force: true, timeoutMs: 0 });
  await rm(runDir, { recursive: true, force: true });
}
