import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type TempDir, tempDir } from '@llamactl/testkit';
import type { TestContext } from 'vitest';

const run = promisify(execFile);

/** A file system of its own. */
export interface SmallDisk extends TempDir {
  /** Lets nothing be written any more, or again; no file may be open for writing. */
  makeReadOnly(isReadOnly: boolean): Promise<void>;
}

/** A file system of its own, of a few pages. Skips the test where it cannot be mounted: that takes root. */
export async function smallDisk(context: TestContext, bytes: number): Promise<SmallDisk> {
  const dir = await tempDir();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir.path]);
  } catch (error) {
    await dir.remove();
    return context.skip(`needs the right to mount a file system: ${error}`);
  }
  const remove = async () => {
    await run('umount', ['-l', dir.path]);
    await dir.remove();
  };
  const makeReadOnly = async (isReadOnly: boolean) => {
    await run('mount', ['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, dir.path]);
  };
  return { path: dir.path, makeReadOnly, remove, [Symbol.asyncDispose]: remove };
}
