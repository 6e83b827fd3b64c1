import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnProgram, tempDir } from '@llamactl/testkit';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram } from '../support/build-program.js';

const old = '# ours\nlogs:\n  max_files: 3 # few\n';
const changed = old.replace('3', '4');

let program: string;
beforeAll(async () => {
  program = await buildProgram(new URL('change-config-once.ts', import.meta.url));
});

const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
if (!canTrace) console.log('skipped: needs strace and the right to trace');

/** Every step of a change that the kernel can refuse; the calls by their number. */
const steps = ['fchmod:1', 'fsync:1', 'link:1', 'rename:1', 'fsync:2', 'unlink:1'];
/** Changes the file while a system call fails, or kills it. Returns what the program said. */
async function changeWithFault(
  file: string,
  step: string,
  fault: string,
  more: readonly string[] = [],
): Promise<string> {
  const [call = '', time = ''] = step.split(':');
  const args = ['-f', '-qq', '-o', '/dev/null', ...more, '-e', `trace=${call}`];
  args.push('-e', `inject=${call}:${fault}:when=${time}`, process.execPath, program, file);
  // strace counts the calls of each thread by itself: one thread does them all.
  await using traced = await spawnProgram('strace', args, {
    env: { UV_USE_IO_URING: '0', UV_THREADPOOL_SIZE: '1' },
  });
  await traced.exit;
  return traced.stdout.trim();
}

async function change(file: string): Promise<string> {
  await using plain = await spawnProgram(process.execPath, [program, file]);
  await plain.exit;
  return plain.stdout.trim();
}

test.runIf(canTrace).each(
  steps.flatMap((step) => [
    { step, errno: 'EIO', code: 'STORAGE_ERROR' },
    { step, errno: 'ENOSPC', code: 'STORAGE_FULL' },
  ]),
)('B17: $errno at $step leaves the old file', async ({ step, errno, code }) => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, old);
  const said = await changeWithFault(file, step, `error=${errno}`);
  // What is left to tidy up is no part of the change.
  const isDone = step.startsWith('unlink');
  expect(said).toBe(isDone ? 'done' : code);
  expect(await readFile(file, 'utf8')).toBe(isDone ? changed : old);
  expect(await change(file)).toBe('done');
  expect(await readFile(file, 'utf8')).toBe(changed);
});

test.runIf(canTrace)('an owner that cannot be kept does not hold a change up', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, old);
  expect(await changeWithFault(file, 'fchown:1', 'error=EPERM')).toBe('done');
  expect(await readFile(file, 'utf8')).toBe(changed);
});

test.runIf(canTrace).each(steps)(
  'B17: a kill at %s leaves the old file or the new one',
  async (step) => {
    await using dir = await tempDir();
    const file = join(dir.path, 'llamactl.yaml');
    await writeFile(file, old);
    const said = await changeWithFault(file, step, 'signal=KILL');
    expect(said).toBe('');
    expect([old, changed]).toContain(await readFile(file, 'utf8'));
    // The next start goes on from there, and nothing is left lying about.
    expect(await change(file)).toBe('done');
    expect(await readFile(file, 'utf8')).toBe(changed);
    expect(await readdir(dir.path)).toEqual(['llamactl.yaml']);
  },
);

test.runIf(canTrace)('B17: the file itself is replaced and never written to', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, old);
  // Of all writes, those to this very file kill.
  expect(await changeWithFault(file, 'write:1+', 'signal=KILL', ['-P', file])).toBe('done');
  expect(await readFile(file, 'utf8')).toBe(changed);
});
