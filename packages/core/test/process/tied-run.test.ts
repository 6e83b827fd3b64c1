import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fakeBackendPath, freePort, isAlive, spawnProgram, waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run, RunSpec } from '../../src/process/run.js';
import { type BuiltProgram, buildProgram } from '../build-program.js';
import { livingOf, runFixture } from './run-fixture.js';

let app: BuiltProgram;
beforeAll(async () => {
  app = await buildProgram(new URL('app.ts', import.meta.url));
});
afterAll(() => app[Symbol.asyncDispose]());

/** Starts the app in a process of its own and gives the run that it has started. */
async function startInApp(command: string, spec: RunSpec) {
  const program = await spawnProgram(process.execPath, [app.file, command, JSON.stringify(spec)]);
  const [line] = await program.waitForLine(/^\{.*\}$/);
  const run: Run = JSON.parse(line);
  return { program, run };
}

test('an app that is killed takes its tied run with it, children in other sessions and files too', async () => {
  await using runs = await runFixture();
  const args = ['--host', '127.0.0.1', '--port', String(await freePort()), '-m', 'model.gguf'];
  const spec = runs.spec(fakeBackendPath('forks-children'), args, { tied: true });
  const { program, run } = await startInApp('start-and-stay', spec);
  await waitFor(async () => (await runs.readLog()).includes('listening on'));
  expect(livingOf(run).length).toBeGreaterThanOrEqual(5);
  process.kill(program.pid, 'SIGKILL');
  // 3 s for those that ignore SIGTERM.
  await waitFor(() => livingOf(run).length === 0, { timeoutMs: 30_000 });
  await waitFor(() => !existsSync(run.runDir));
  await program.exit;
});

test('one that heeds SIGTERM is gone at once, also when it stands still', async () => {
  await using runs = await runFixture();
  const spec = runs.spec('/bin/sleep', ['60'], { tied: true });
  const { program, run } = await startInApp('start-and-stay', spec);
  process.kill(run.pid, 'SIGSTOP');
  const killedAt = performance.now();
  process.kill(program.pid, 'SIGKILL');
  await waitFor(() => livingOf(run).length === 0 && !existsSync(run.runDir));
  expect(performance.now() - killedAt).toBeLessThan(2500); // less than SIGKILL would wait
  await program.exit;
});

test('a tied run whose shim was killed ends with the app all the same', async () => {
  await using runs = await runFixture();
  const { program, run } = await startInApp(
    'start-and-stay',
    runs.spec('/bin/sleep', ['60'], { tied: true }),
  );
  process.kill(run.shim.pid, 'SIGKILL');
  await waitFor(() => !isAlive(run.shim.pid));
  expect(isAlive(run.pid)).toBe(true);
  process.kill(program.pid, 'SIGKILL');
  await waitFor(() => livingOf(run).length === 0 && !existsSync(run.runDir));
  await program.exit;
});

test('an app that awaits the stop of a run whose shim was killed lives until it ended', async () => {
  await using runs = await runFixture();
  const spec = runs.spec('/bin/sleep', ['60'], { tied: true });
  await using program = await spawnProgram(process.execPath, [
    ...[app.file, 'stop-without-shim', JSON.stringify(spec)],
  ]);
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(JSON.parse(program.stdout)).toMatchObject({ code: null, signal: null });
});

test('an app that awaits dispose lives until it ended, also when a shim was killed', async () => {
  await using runs = await runFixture();
  const model_path = join(runs.path, 'model.gguf');
  await writeFile(model_path, '');
  const command = fakeBackendPath('ready');
  const settings = { command, model_path, port: await freePort() };
  await using program = await spawnProgram(process.execPath, [
    ...[app.file, 'dispose-without-shim', JSON.stringify(settings)],
  ]);
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(JSON.parse(program.stdout)).toEqual({ disposed: true });
});

for (const tied of [false, true]) {
  test(`an app can end while its run goes on; one that is tied ${tied ? 'ends then' : 'would not'}`, async () => {
    await using runs = await runFixture();
    const spec = runs.spec('/bin/sleep', ['60'], { tied });
    const { program, run } = await startInApp('start', spec);
    expect(await program.exit).toEqual({ code: 0, signal: null });
    if (tied) await waitFor(() => livingOf(run).length === 0);
    else expect(isAlive(run.pid)).toBe(true);
    expect(existsSync(run.runDir)).toBe(!tied);
  });
}

test.runIf(process.platform === 'linux')(
  'with no descriptor left a look tells nothing, and nothing wrong later on',
  async () => {
    await using runs = await runFixture();
    const spec = runs.spec('/bin/sleep', ['60'], { tied: true });
    const limited = 'ulimit -n 128; exec "$@"';
    await using program = await spawnProgram('/bin/sh', [
      ...['-c', limited, 'sh', process.execPath, app.file, 'look-exhausted', JSON.stringify(spec)],
    ]);
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(JSON.parse(program.stdout)).toEqual({
      short: { table: null, memory: null, ownsPort: null, members: 'EMFILE', marked: 'EMFILE' },
      after: {
        table: true,
        memory: expect.any(Number),
        ownsPort: false,
        members: 1,
        marked: 1,
      },
    });
  },
);

test('A28: with too few descriptors left a start fails with RESOURCE_EXHAUSTED and leaves nothing', async () => {
  await using runs = await runFixture();
  const spec = runs.shell('exit 0');
  const limited = 'ulimit -n 128; exec "$@"';
  await using program = await spawnProgram('/bin/sh', [
    ...['-c', limited, 'sh', process.execPath, app.file, 'exhaust', JSON.stringify(spec)],
  ]);
  expect(await program.exit).toEqual({ code: 0, signal: null });
  const tries: { free: number; result: string; open: number }[] = program.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const results = tries.map(({ result }) => result);
  expect(new Set(results)).toEqual(new Set(['RESOURCE_EXHAUSTED', 'started']));
  expect(results.at(0)).toBe('RESOURCE_EXHAUSTED');
  expect(results.at(-1)).toBe('started');
  for (const { free, result } of tries) {
    expect([free, existsSync(`${spec.runDir}-${free}`)]).toEqual([free, result === 'started']);
  }
  expect(tries.at(-1)?.open).toBe(tries[1]?.open);
});
