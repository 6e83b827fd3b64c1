import { join } from 'node:path';
import { root } from '../run/paths.mjs';
import { ProgramFailed, runProgram } from '../run/run-program.mjs';
import { step } from '../run/step.mjs';
import { UserError } from './user-error.mjs';

/**
 * Path of a llama-server that runs here: that of LLAMA_SERVER, one on PATH, or one unpacked into `.cache` from
 * Debian's archive. Looked for by a program of its own, so that Ctrl-C ends a download too.
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export async function locateLlamaServer(signal) {
  const finder = join(root, 'tools', 'find-llama-server.mjs');
  return step('Looking for llama-server', async () => {
    try {
      const options = { capture: true, ...(signal && { signal }) };
      const path = (await runProgram(process.execPath, [finder], options)).trim();
      console.log(`  ${path}`);
      return path;
    } catch (error) {
      // The finder has said what it tried, and how to install one.
      if (!(error instanceof ProgramFailed)) throw error;
      throw new UserError(
        'No llama-server to run. Install one as said above, or name yours: LLAMA_SERVER=/path/to/llama-server',
      );
    }
  });
}
