import { spawnProgram, tempDir } from '@llamactl/testkit';
import { builtFile } from '../system/built-file.js';

/** Whether the server starts with these environment variables, or ends because it does not know a setting. */
export async function takesSettings(settings: Readonly<Record<string, string>>): Promise<boolean> {
  await using dir = await tempDir('llamactl-e2e-');
  const file = builtFile('packages/server/dist/cli.js');
  await using program = await spawnProgram(process.execPath, [file, '--port', '0'], {
    cwd: dir.path,
    env: { LLAMACTL_DATA_DIR: dir.path, ...settings },
  });
  try {
    await program.waitForLine(/listening on/, { timeoutMs: 30_000 });
    return true;
  } catch (error) {
    if (program.stderr.includes('is not a known setting')) return false;
    throw error;
  }
}
