import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { findConfigFile } from '../../src/config/find-config-file.js';

describe('findConfigFile', () => {
  it('takes the named one, else that of the working folder, else that of the user', async () => {
    await using dir = await tempDir();
    const workingFolder = join(dir.path, 'work');
    const userFolder = join(dir.path, 'config', 'llamactl');
    for (const folder of [workingFolder, userFolder]) await mkdir(folder, { recursive: true });
    const platform = {
      name: 'linux',
      environment: { XDG_CONFIG_HOME: join(dir.path, 'config') },
      homeFolder: dir.path,
      workingFolder,
    };
    await writeFile(join(userFolder, 'llamactl.yaml'), 'user');
    expect(await findConfigFile(undefined, platform)).toMatchObject({ text: 'user' });
    await writeFile(join(workingFolder, 'llamactl.yaml'), 'working');
    expect(await findConfigFile(undefined, platform)).toMatchObject({ text: 'working' });
    const named = join(dir.path, 'named.yaml');
    await writeFile(named, 'named');
    expect(await findConfigFile(named, platform)).toEqual({ path: named, text: 'named' });
    await expect(findConfigFile(join(dir.path, 'nowhere'), platform)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining('nowhere'),
    });
    await expect(findConfigFile(dir.path, platform)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });
});
