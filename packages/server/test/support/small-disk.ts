import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type TempDir, tempDir } from '@llamactl/testkit';
import type { TestContext } from 'vitest';

const run = promisify(execFile);

/** A file system of its own. */
export interface SmallDisk extends TempDir {
  makeReadOnly(): Promise<void>;
}

/** Makes one of 16 KiB. Skips the test where it cannot be mounted: that takes root. */
export async function smallDisk(context: TestContext): Promise<SmallDisk> {
  const dir = await tempDir();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', dir.path]);
  } catch (error) {
    await dir.remove();
    return context.skip(`needs the right to mount a file system: ${error}`);
  }
  const remove = async () => {
    await run('umount', ['-l', dir.path]);
    await dir.remove();
  };
  return {
    path: dir.path,
    makeReadOnly: async () => {
      await run('mount', ['-o', 'remount,ro', dir.path]);
    },
    remove,
    [Symbol.asyncDispose]: remove,
  };
}
