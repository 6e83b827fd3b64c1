import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackgroundProgram } from '../run/background-program.mjs';
import { cacheDir, root } from '../run/paths.mjs';
import { step } from '../run/step.mjs';
import { UserError } from './user-error.mjs';

const startMs = 30_000;
// More than a stop of all instances may take (30 s).
const stopMs = 40_000;

/**
 * @typedef {object} QuickstartServer
 * @property {string} url as in `http://localhost:8080`
 * @property {BackgroundProgram} program
 * @property {() => Promise<void>} stop stops it with all its instances
 */

/**
 * Starts the built `llamactl-server` and waits until it listens.
 * @param {{ llamaServer: string, port: number, signal: AbortSignal }} options
 * @returns {Promise<QuickstartServer>}
 */
export async function startServer({ llamaServer, port, signal }) {
  const main = await serverMain();
  return step(`Starting llamactl-server on port ${port}`, async () => {
    const config = await writeConfig({ llamaServer, port });
    const args = [main, '--config', config, '--log-level', 'warn'];
    const program = new BackgroundProgram(process.execPath, args, ownSettingsOnly());
    const stop = () => program.stop(stopMs);
    try {
      const [, url = ''] = await program.waitForOutput(/listening on (https?:\/\/[^\s/]+)/, {
        timeoutMs: startMs,
        signal,
      });
      console.log(`  ${url}`);
      return { url, program, stop };
    } catch (error) {
      await stop();
      throw signal.aborted ? error : new UserError(`llamactl-server ${messageOf(error)}`);
    }
  });
}

/**
 * Writes the configuration file; JSON is YAML too.
 * @param {{ llamaServer: string, port: number }} settings
 * @returns {Promise<string>} its path
 */
async function writeConfig({ llamaServer, port }) {
  const folder = process.env.QUICKSTART_DIR || join(cacheDir, 'quickstart');
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'llamactl.yaml');
  const config = {
    server: { port },
    data_dir: join(folder, 'data'),
    backends: { 'llama-cpp': { command: llamaServer } },
  };
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`);
  return path;
}

/** Takes settings for other servers out of the environment. */
function ownSettingsOnly() {
  const names = Object.keys(process.env).filter((name) => name.startsWith('LLAMACTL_'));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

async function serverMain() {
  const home = join(root, 'packages', 'server');
  const { bin } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  return join(home, bin['llamactl-server']);
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
