// Everything that has to be right before a change goes in: one command, from a fresh checkout on. Ends with the
// tests' closing line, `N passed, N failed`; a step before them that failed counts as one failure.
import { join } from 'node:path';
import { locateLlamaServer } from './quickstart/locate-llama-server.mjs';
import { UserError } from './quickstart/user-error.mjs';
import { abortOnInterrupt } from './run/interrupt.mjs';
import { root } from './run/paths.mjs';
import { requireNode } from './run/require-node.mjs';
import { ProgramFailed, runProgram } from './run/run-program.mjs';
import { runTests } from './run/run-tests.mjs';
import { step } from './run/step.mjs';
import { buildWorkspace, installWorkspace } from './run/workspace.mjs';

requireNode();
const signal = abortOnInterrupt();
try {
  await main();
} catch (error) {
  if (signal.aborted) process.exit(130);
  console.error(
    error instanceof ProgramFailed || error instanceof UserError ? error.message : error,
  );
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}

async function main() {
  await installWorkspace(signal);
  await buildWorkspace(signal);
  process.env.LLAMA_SERVER = await locateLlamaServer(signal);
  const failed = await inspect([
    ['Types', 'turbo', ['run', 'typecheck', '--output-logs=errors-only']],
    ['Types of the root', 'tsc', ['-p', 'tsconfig.json']],
    ['Format and lint', 'biome', ['ci', '.', ...(process.stdout.isTTY ? [] : ['--colors=off'])]],
    ['Structure', process.execPath, [tool('check-structure')]],
    ['Generated pages', process.execPath, [tool('generate'), '--check']],
    ['Examples in comments', process.execPath, [tool('check-doc-examples')]],
    ['Packages', process.execPath, [tool('check-packages')]],
    ['Examples', process.execPath, [tool('run-examples')]],
  ]);
  console.log('\n> Tests');
  if (!(await runTests(failed, signal))) process.exitCode = 1;
}

/** @param {string} name */
function tool(name) {
  return join(root, 'tools', `${name}.mjs`);
}

/**
 * Runs each step, also after one that failed, so that one run tells everything.
 * @param {readonly [title: string, file: string, args: readonly string[]][]} steps
 * @returns {Promise<string[]>} titles of the steps that failed
 */
async function inspect(steps) {
  const failed = [];
  for (const [title, file, args] of steps) {
    try {
      await step(title, () => runProgram(file, args, { signal }));
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      console.log(`  ${error.message}`);
      failed.push(title);
    }
  }
  return failed;
}
