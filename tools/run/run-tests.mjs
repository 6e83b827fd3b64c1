import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramFailed, runProgram } from './run-program.mjs';

/**
 * Runs all tests. Under CI, files that fail are run once more, in a process of their own and one after the other: a busy
 * machine can break a test that is right, and what it left of its first try can stand in the way of a second one beside it.
 * @param {readonly string[]} failedSteps of the check, for the closing line
 * @param {AbortSignal | undefined} signal
 * @param {readonly string[]} [args] for vitest
 * @returns {Promise<boolean>} whether all is well
 */
export async function runTests(failedSteps, signal, args = []) {
  const dir = await mkdtemp(join(tmpdir(), 'llamactl-tests-'));
  const rest = join(dir, 'rest.json');
  const env = { FAILED_STEPS: failedSteps.join(', ') };
  try {
    const first = process.env.CI ? { ...env, RETRY_FILE: rest } : env;
    if (await succeeds(['run', ...args], first, signal)) return true;
    if (!existsSync(rest)) return false;
    /** @type {{ files: string[] }} */
    const { files } = JSON.parse(await readFile(rest, 'utf8'));
    console.log(`\n> Tests once more: ${files.join(', ')}`);
    const again = ['run', ...args, '--maxWorkers=1', ...files];
    return await succeeds(again, { ...env, RETRY_OF: rest }, signal);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal | undefined} signal
 */
async function succeeds(args, env, signal) {
  try {
    await runProgram('vitest', args, { env, ...(signal && { signal }) });
    return true;
  } catch (error) {
    // vitest has said it all, and its closing line stays the last one.
    if (error instanceof ProgramFailed) return false;
    throw error;
  }
}
