import { readFile } from 'node:fs/promises';
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
    const program = new BackgroundProgram(process.execPath, [main], {
      LLAMACTL_SERVER__PORT: String(port),
      LLAMACTL_DATA_DIR: process.env.LLAMACTL_DATA_DIR || join(cacheDir, 'quickstart'),
      LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer,
    });
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

async function serverMain() {
  const home = join(root, 'packages', 'server');
  const { bin } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  return join(home, bin['llamactl-server']);
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
