// Checks each package as it would be published: publint and attw look at the packed tarball, and the client must stay
// small in a page. knip looks for dead code and for dependencies that nothing uses, over the whole workspace.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleBytes, mostClientBytes, sizeVerdict } from './packages/bundle-size.mjs';
import { abortOnInterrupt } from './run/interrupt.mjs';
import { pack, publishedPackages } from './run/packages.mjs';
import { root } from './run/paths.mjs';
import { ProgramFailed, runProgram } from './run/run-program.mjs';

const signal = abortOnInterrupt();
const folder = await mkdtemp(join(tmpdir(), 'llamactl-pack-'));
let failures = 0;
try {
  for (const published of await publishedPackages()) await checkTarball(published);
  await checkClientSize();
  await check('workspace', 'knip', ['--no-progress']);
} catch (error) {
  if (!signal.aborted) throw error;
  failures++;
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

/** @param {import('./run/packages.mjs').PublishedPackage} published */
async function checkTarball(published) {
  const tarball = await pack(published, folder);
  await check(published.name, 'publint', ['run', tarball, '--strict']);
  // attw looks at what can be imported; a package with nothing but a bin has nothing to look at.
  if (published.manifest.exports === undefined) return;
  await check(published.name, 'attw', [tarball, '--profile', 'esm-only', '--no-color']);
}

async function checkClientSize() {
  const bytes = await bundleBytes(join(root, 'packages/client/dist/index.js'));
  const { fits, text } = sizeVerdict('@llamactl/client', bytes, mostClientBytes);
  if (!fits) failures++;
  console.log(`  ${text}`);
}

/**
 * @param {string} what
 * @param {string} program
 * @param {readonly string[]} args
 */
async function check(what, program, args) {
  try {
    await runProgram(program, args, { quiet: true, signal });
    console.log(`  ${what}: ${program} is content`);
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    failures++;
    console.log(`  ${what}: ${program} complains, see above`);
  }
}
