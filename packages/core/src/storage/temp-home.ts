import { readlinkSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearRuns } from '../process/clear-runs.js';
import { isSameProcess } from '../process/identity.js';
import { lockDataDir, lockName } from './data-dir-lock.js';
import { readLockOwner } from './lock-owner.js';
import { toStorageError } from './storage-error.js';

/** A data folder that goes with this process. */
export interface TempHome {
  readonly dir: string;
  /** Removes it with all that is in it; may be called again. */
  close(): Promise<void>;
}

const prefix = 'llamactl-';
/** The prefix, and what `mkdtemp` adds. */
const homeName = /^llamactl-[A-Za-z0-9]{6}$/;
/** Says that a folder is a temporary home, and not a data folder that somebody put there to keep. */
const markName = 'temporary-home';

/**
 * Makes a data folder (0700, locked) in the system's folder for temporary files, and removes those that
 * apps of the same user left there when they were killed, with what still runs of them.
 *
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR
 */
export async function openTempHome(): Promise<TempHome> {
  const parent = tmpdir();
  await removeLeftHomes(parent);
  try {
    const dir = await mkdtemp(join(parent, prefix));
    await lockDataDir(dir);
    await writeFile(join(dir, markName), pidNamespace(), { mode: 0o600 });
    return { dir, close: () => rm(dir, { recursive: true, force: true }) };
  } catch (error) {
    throw toStorageError(error, `make a temporary folder in ${parent}`);
  }
}

/** A folder that cannot be looked at or removed stays: that must not keep an app from starting. */
async function removeLeftHomes(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const homes = names.filter((name) => homeName.test(name)).map((name) => join(parent, name));
  await Promise.allSettled(
    homes.map(async (home) => {
      if (await isLeft(home)) await removeHome(home);
    }),
  );
}

async function isLeft(home: string): Promise<boolean> {
  const found = await lstat(home);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
  // In another container the owner may live, and cannot be seen.
  if ((await readFile(join(home, markName), 'utf8')) !== pidNamespace()) return false;
  const owner = await readLockOwner(join(home, lockName));
  return owner !== null && !isSameProcess(owner);
}

async function removeHome(home: string): Promise<void> {
  const problems = await clearRuns(join(home, 'runs'));
  if (problems.length === 0) await rm(home, { recursive: true, force: true });
}

/** Tells apart which processes this one can see; empty where the system has no such thing. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
