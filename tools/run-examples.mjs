// Runs every example as its README says, against a real llama-server and a tiny model. Of a page it makes the bundle,
// which the tests of the whole system open in a browser.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLlamaServer, makeTinyGguf } from '@llamactl/testkit';
import { abortOnInterrupt } from './run/interrupt.mjs';
import { root } from './run/paths.mjs';
import { ProgramFailed, runProgram } from './run/run-program.mjs';

const deadlineMs = 60_000;
const signal = abortOnInterrupt();
const folder = await mkdtemp(join(tmpdir(), 'llamactl-examples-'));
let failures = 0;
try {
  const env = {
    MODEL: await makeTinyGguf(join(folder, 'tiny.gguf')),
    LLAMA_SERVER: (await findLlamaServer()).path,
  };
  for (const name of await exampleNames()) await runExample(name, env);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function exampleNames() {
  const entries = await readdir(join(root, 'examples'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/**
 * @param {string} name
 * @param {Record<string, string>} env
 */
async function runExample(name, env) {
  const cwd = join(root, 'examples', name);
  const { scripts } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
  const script = scripts.build === undefined ? 'start' : 'build';
  console.log(`\n$ npm run ${script}   (in examples/${name})`);
  try {
    await runProgram('npm', ['run', script, '--silent'], {
      cwd,
      env,
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    failures++;
    console.log(`  ${name}: ${error instanceof ProgramFailed ? error.message : error}`);
  }
}
