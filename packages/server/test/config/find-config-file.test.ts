import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { findConfigFile } from '../../src/config/find-config-file.js';

describe('findConfigFile', () => {
  it('takes the named one, else that of the working folder, the user, the data folder', async () => {
    await using dir = await tempDir();
    const workingFolder = join(dir.path, 'work');
    const userFolder = join(dir.path, 'config', 'llamactl');
    const dataDir = join(dir.path, 'data');
    for (const folder of [workingFolder, userFolder]) await mkdir(folder, { recursive: true });
    const platform = {
      name: 'linux',
      environment: { XDG_CONFIG_HOME: join(dir.path, 'config') },
      homeFolder: dir.path,
      workingFolder,
    };
    const find = (named?: string) => findConfigFile({ platform, named, dataDir });
    const last = { path: join(dataDir, 'llamactl.yaml'), isInDataDir: true };
    expect(await find()).toEqual({ ...last, text: null });
    await mkdir(dataDir);
    await writeFile(last.path, 'data');
    expect(await find()).toEqual({ ...last, text: 'data' });
    for (const folder of [userFolder, workingFolder]) {
      const path = join(folder, 'llamactl.yaml');
      await writeFile(path, folder);
      expect(await find()).toEqual({ path, text: folder });
    }
    const named = join(dir.path, 'named.yaml');
    await writeFile(named, 'named');
    expect(await find(named)).toEqual({ path: named, text: 'named' });
    expect(await find('../named.yaml')).toEqual({ path: named, text: 'named' });
    expect(await find('/dev/null')).toMatchObject({ text: '', isStream: true });
    const latin1 = join(dir.path, 'latin1.yaml');
    await writeFile(latin1, Buffer.from('# \xfcber\n', 'latin1'));
    for (const wrong of [join(dir.path, 'nowhere'), dir.path, latin1]) {
      await expect(find(wrong)).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        message: expect.stringContaining(wrong),
      });
    }
  });
});
