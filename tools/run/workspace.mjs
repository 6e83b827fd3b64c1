import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runProgram } from './run-program.mjs';
import { step } from './step.mjs';

/**
 * Installs what the lockfile names, with the very pnpm that package.json names; npx fetches it if need be.
 * @param {AbortSignal} [signal]
 */
export async function installWorkspace(signal) {
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const args = ['-y', packageManager, 'install', '--frozen-lockfile'];
  await step(`Installing packages (npx ${args.join(' ')})`, () =>
    runProgram('npx', args, { ...(signal && { signal }) }),
  );
}

/**
 * Builds every package that changed since its last build.
 * @param {AbortSignal} [signal]
 */
export async function buildWorkspace(signal) {
  await step('Building packages (turbo run build)', () =>
    runProgram('turbo', ['run', 'build', '--output-logs=errors-only'], {
      ...(signal && { signal }),
    }),
  );
}
