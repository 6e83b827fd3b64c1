import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { spawnProgram, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileStore } from '../../src/storage/file-store.js';
import { type BuiltProgram, buildProgram } from '../build-program.js';
import { definition } from './definition.js';

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram(new URL('put-once.ts', import.meta.url));
});
afterAll(() => program[Symbol.asyncDispose]());

const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
if (!canTrace) console.log('skipped: needs strace and the right to trace');

/** Every step of a change that the kernel can refuse, or that a kill can come at. */
const steps = [
  ['put', 'fsync:1'],
  ['put', 'link:1'],
  ['put', 'rename:1'],
  ['put', 'fsync:2'],
  ['put', 'unlink:1'],
  ['delete', 'rename:1'],
  ['delete', 'fsync:1'],
  ['delete', 'unlink:1'],
] as const;

/** Runs the program so that a system call fails, or kills it. Returns what it said. */
async function runWithFault(dir: string, change: string, step: string, fault: string) {
  const [call = '', time = ''] = step.split(':');
  const args = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`];
  args.push(
    '-e',
    `inject=${call}:${fault}:when=${time}`,
    process.execPath,
    program.file,
    dir,
    change,
  );
  // strace counts the calls of each thread by itself: one thread does them all.
  await using traced = await spawnProgram('strace', args, {
    env: { UV_USE_IO_URING: '0', UV_THREADPOOL_SIZE: '1' },
  });
  await traced.exit;
  return traced.stdout.trim();
}

test.runIf(canTrace).each(
  steps.flatMap(([change, step]) => [
    { change, step, errno: 'EIO', code: 'STORAGE_ERROR' },
    { change, step, errno: 'ENOSPC', code: 'STORAGE_FULL' },
  ]),
)('$change: $errno at $step leaves the old definition, or is made up for', async (at) => {
  await using dir = await tempDir();
  const store = createFileStore(dir.path);
  await store.put(definition('a', { port: 1 }));
  const said = await runWithFault(dir.path, at.change, at.step, `error=${at.errno}`);
  // What is left to tidy up is no part of the change.
  const isDone = at.step.startsWith('unlink');
  expect(said).toBe(isDone ? 'done' : at.code);
  const done = at.change === 'put' ? [definition('a', { port: 2 })] : [];
  expect(await store.load()).toEqual(isDone ? done : [definition('a', { port: 1 })]);
  expect((await readdir(dir.path)).length).toBeLessThanOrEqual(1);
});

test.runIf(canTrace).each(steps)(
  '%s: a kill at %s leaves the old definition or the new one',
  async (change, step) => {
    await using dir = await tempDir();
    const store = createFileStore(dir.path);
    await store.put(definition('a', { port: 1 }));
    expect(await runWithFault(dir.path, change, step, 'signal=KILL')).toBe('');
    const loaded = await store.load();
    const changed = change === 'put' ? [definition('a', { port: 2 })] : [];
    expect([changed, [definition('a', { port: 1 })]]).toContainEqual(loaded);
    expect(store.problems()).toEqual([]);
    expect((await readdir(dir.path)).length).toBe(loaded.length);
  },
);
