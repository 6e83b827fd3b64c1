import { channel } from 'node:diagnostics_channel';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findLlamaServer,
  freePort,
  makeTinyGguf,
  ownPorts,
  type SpawnedProgram,
  spawnProgram,
  type TempDir,
  tempDir,
} from '@llamactl/testkit';
import { builtFile } from './built-file.js';

/** A `llamactl-server` program with its own data folder, a real llama-server and a tiny model. */
export interface ServedSystem extends AsyncDisposable {
  /** As in `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly program: SpawnedProgram;
  /** Path of a tiny model. */
  readonly model: string;
}

/**
 * Starts the server as people do, and waits until it listens. Its rate limits are off, as a test asks more than
 * anybody.
 *
 * @param file - The program. Default: the one that was built here.
 * @param settings - Environment of the program, over what it gets otherwise.
 * @param args - Its arguments.
 */
export async function serve(
  file = builtFile('packages/server/dist/cli.js'),
  settings: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<ServedSystem> {
  const dir = await tempDir('llamactl-e2e-');
  try {
    return await serveIn(dir, [file, ...args], settings);
  } catch (error) {
    await dir.remove();
    throw error;
  }
}

async function serveIn(
  dir: TempDir,
  command: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<ServedSystem> {
  const model = await makeTinyGguf(join(dir.path, 'tiny.gguf'));
  const llamaServer = await findLlamaServer();
  const program = await spawnProgram(process.execPath, [...command], {
    cwd: dir.path,
    env: {
      LLAMACTL_SERVER__PORT: String(await freePort()),
      LLAMACTL_INSTANCES__PORT_RANGE: JSON.stringify(ownPorts()),
      LLAMACTL_DATA_DIR: join(dir.path, 'data'),
      LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer.path,
      LLAMACTL_RATE_LIMIT__ENABLED: 'false',
      ...settings,
    },
  });
  const dispose = async () => {
    await program.kill('SIGTERM');
    await program.killTree();
    await publishLogs(join(dir.path, 'data', 'logs'));
    await dir.remove();
  };
  try {
    const [, url = ''] = await program.waitForLine(/listening on (http:\/\/[^\s/]+)/, {
      timeoutMs: 30_000,
    });
    return { url, program, model, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await program.killTree();
    throw error;
  }
}

/** Lets the watch over the tests look for secrets in what the instances have written. */
async function publishLogs(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    // A test may have put something else in the place of a log.
    const text = await readFile(join(folder, name), 'latin1').catch(() => '');
    channel('llamactl.test.said').publish(text);
  }
}
