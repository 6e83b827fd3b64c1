import { existsSync } from 'node:fs';
import {
  fakeBackendPath,
  freePort,
  isAlive,
  processesWithMarker,
  waitFor,
} from '@llamactl/testkit';
import { expect, test } from 'vitest';
import type { Run } from '../../src/process/run.js';
import { startRun } from '../../src/process/start-run.js';
import { createStopper, stopRun } from '../../src/process/stop-run.js';
import { type RunFixture, runFixture } from './run-fixture.js';

const livingOf = (run: Run) => processesWithMarker(`LLAMACTL_RUN=${run.token}`);

async function startFake(runs: RunFixture, name: Parameters<typeof fakeBackendPath>[0]) {
  const port = await freePort();
  const args = ['--host', '127.0.0.1', '--port', String(port), '-m', 'model.gguf'];
  const run = await startRun(runs.spec(fakeBackendPath(name), args));
  await waitFor(async () => (await runs.readLog()).includes('listening on'));
  return { run, port };
}

/** Waits until the program has said so in the log. */
const ready = (runs: RunFixture, word = 'ready') =>
  waitFor(async () => (await runs.readLog()).includes(word));

for (const tied of [false, true]) {
  test(`a ${tied ? 'tied ' : ''}run that heeds SIGTERM ends by it`, async () => {
    await using runs = await runFixture();
    const run = await startRun(runs.spec('/bin/sleep', ['60'], { tied }));
    const report = await stopRun(run, { timeoutMs: 20_000 });
    expect(report.step).toBe('term');
    expect(report.durationMs).toBeLessThan(2000);
    expect(await run.exited).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(livingOf(run)).toEqual([]);
    expect(existsSync(run.runDir)).toBe(!tied);
  });
}

test('one that ignores SIGTERM is killed at the timeout', async () => {
  await using runs = await runFixture();
  const { run } = await startFake(runs, 'ignores-sigterm');
  const report = await stopRun(run, { timeoutMs: 700, secondTermAfterMs: 100 });
  expect(report.step).toBe('kill');
  expect(report.durationMs).toBeGreaterThanOrEqual(690);
  expect(report.durationMs).toBeLessThan(1700);
  expect((await runs.readLog()).match(/ignoring SIGTERM/g)).toHaveLength(2);
  expect(await run.exited).toMatchObject({ signal: 'SIGKILL' });
  expect(livingOf(run)).toEqual([]);
});
