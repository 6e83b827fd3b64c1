import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { prepareDataDir } from '../../src/config/prepare-data-dir.js';

describe('prepareDataDir', () => {
  it('makes the folder for its owner alone, with those above it', async () => {
    await using dir = await tempDir();
    const folder = await prepareDataDir(join(dir.path, 'a', 'b'));
    expect(folder).toBe(join(dir.path, 'a', 'b'));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('leaves a folder as it is', async () => {
    await using dir = await tempDir();
    await mkdir(join(dir.path, 'a'), { mode: 0o750 });
    await prepareDataDir(join(dir.path, 'a'));
    expect((await stat(join(dir.path, 'a'))).mode & 0o777).toBe(0o750);
  });

  it('says which folder it cannot use', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')]) {
      await expect(prepareDataDir(path)).rejects.toMatchObject({
        code: 'STORAGE_ERROR',
        message: expect.stringContaining(path),
      });
    }
  });
});
