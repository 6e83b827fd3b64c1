import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { spawnProgram } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clearRuns } from '../../src/process/clear-runs.js';
import type { Run } from '../../src/process/run.js';
import { startRun } from '../../src/process/start-run.js';
import { type BuiltProgram, buildProgram } from '../build-program.js';
import { livingOf, runFixture } from './run-fixture.js';

let app: BuiltProgram;
beforeAll(async () => {
  app = await buildProgram(new URL('app.ts', import.meta.url));
});
afterAll(() => app[Symbol.asyncDispose]());

test.each([false, true])(
  'what a killed manager left running is ended, its files go (tied: %s)',
  async (tied) => {
    await using runs = await runFixture();
    // One that ignores SIGTERM, so that the guard of a tied one needs seconds.
    const spec = runs.shell('trap "" TERM; while :; do sleep 0.05; done', { tied });
    const program = await spawnProgram(process.execPath, [
      ...[app.file, 'start-and-stay', JSON.stringify(spec)],
    ]);
    const run: Run = JSON.parse((await program.waitForLine(/^\{.*\}$/))[0]);
    await program.kill('SIGKILL');
    expect(livingOf(run).length).toBeGreaterThan(0);
    expect(await clearRuns(dirname(run.runDir))).toEqual([]);
    expect(livingOf(run)).toEqual([]);
    expect(existsSync(run.runDir)).toBe(false);
  },
);

test('runs that are over and folders that hold none are removed too', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.shell('exit 0'));
  await run.exited;
  const runsDir = dirname(run.runDir);
  await mkdir(join(runsDir, 'half-made'));
  expect(await clearRuns(runsDir)).toEqual([]);
  expect(await readdir(runsDir)).toEqual([]);
});

test('where there is no folder nothing is to be done', async () => {
  await using runs = await runFixture();
  expect(await clearRuns(join(runs.path, 'none'))).toEqual([]);
});
