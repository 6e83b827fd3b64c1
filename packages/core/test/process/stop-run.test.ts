import { existsSync, readFileSync } from 'node:fs';
import { isAlive, spawnProgram, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { identityOf } from '../../src/process/identity.js';
import { readProcess } from '../../src/process/process-table.js';
import type { ProcessIdentity } from '../../src/process/run.js';
import { startRun } from '../../src/process/start-run.js';
import { createStopper, stopRun } from '../../src/process/stop-run.js';
import { fabricatedRun } from './fabricated-run.js';
import { livingOf, runFixture } from './run-fixture.js';

for (const tied of [false, true]) {
  test(`a ${tied ? 'tied ' : ''}run that heeds SIGTERM ends by it`, async () => {
    await using runs = await runFixture();
    const run = await startRun(runs.spec('/bin/sleep', ['60'], { tied }));
    const report = await stopRun(run, { timeoutMs: 20_000 });
    expect(report.step).toBe('term');
    expect(await run.exited).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(livingOf(run)).toEqual([]);
    expect(existsSync(run.runDir)).toBe(!tied);
  });
}

test('one that ends only at a second SIGTERM gets it', async () => {
  await using runs = await runFixture();
  const run = await runs.startShell(
    `trap 'trap "exit 1" TERM' TERM; echo ready; while :; do sleep 0.02; done`,
  );
  const report = await stopRun(run, { timeoutMs: 20_000, secondTermAfterMs: 200 });
  expect(report.step).toBe('second_term');
  expect(report.durationMs).toBeGreaterThanOrEqual(200);
  expect(await run.exited).toMatchObject({ code: 1 });
});

test('A6: one that ignores SIGTERM is killed at the timeout', async () => {
  await using runs = await runFixture();
  const run = await runs.startFake('ignores-sigterm');
  const report = await stopRun(run, { timeoutMs: 700, secondTermAfterMs: 100 });
  expect(report.step).toBe('kill');
  expect(report.durationMs).toBeGreaterThanOrEqual(690);
  expect(report.durationMs).toBeLessThan(20_000);
  expect((await runs.readLog()).match(/ignoring SIGTERM/g)).toHaveLength(2);
  expect(await run.exited).toMatchObject({ signal: 'SIGKILL' });
  expect(livingOf(run)).toEqual([]);
});

test('force kills at once, and the exit is on record', async () => {
  await using runs = await runFixture();
  const run = await runs.startFake('ignores-sigterm');
  const report = await stopRun(run, { timeoutMs: 20_000, force: true });
  expect(report.step).toBe('kill');
  expect(report.durationMs).toBeLessThan(20_000);
  expect(await run.exited).toMatchObject({ signal: 'SIGKILL' });
});

test('a stop under way can be made harder; both calls share one end', async () => {
  await using runs = await runFixture();
  const run = await runs.startFake('ignores-sigterm');
  const stopper = createStopper(run);
  const first = stopper.stop({ timeoutMs: 60_000 });
  await waitFor(async () => (await runs.readLog()).includes('ignoring SIGTERM'));
  expect(stopper.stop({ timeoutMs: 60_000, force: true })).toBe(first);
  const { step, durationMs } = await first;
  expect(step).toBe('kill');
  expect(durationMs).toBeLessThan(30_000);
  expect(livingOf(run)).toEqual([]);
  expect(stopper.stop({ timeoutMs: 1 })).toBe(first);
});

test('A8: children that ignore SIGTERM go too, also one in a session of its own', async () => {
  await using runs = await runFixture();
  const run = await runs.startFake('forks-children');
  expect(livingOf(run).length).toBeGreaterThanOrEqual(4);
  const report = await stopRun(run, { timeoutMs: 20_000 });
  expect(report.step).toBe('term');
  expect(report.durationMs).toBeLessThan(20_000);
  expect(livingOf(run)).toEqual([]);
});

test('a tree that ignores SIGTERM, forks on and floods the log is gone in time', async () => {
  await using runs = await runFixture();
  const flood = 'while :; do echo flood; done';
  const run = await runs.startShell(
    `trap '' TERM; echo ready; (while :; do ${flood} & sleep 0.03; kill -9 $!; done) &
     while :; do setsid sh -c 'sleep 5; ${flood}' & sleep 0.03; done`,
  );
  const report = await stopRun(run, { timeoutMs: 500, secondTermAfterMs: 100 });
  expect(report.durationMs).toBeLessThan(20_000);
  expect(report.step).toBe('kill');
  expect(livingOf(run)).toEqual([]);
});

test('A8, A9: what a backend leaves behind when it ends by itself is found by its marker', async () => {
  await using runs = await runFixture();
  const run = await runs.startFake('daemonises');
  expect(await run.exited).toMatchObject({ code: 0 });
  await waitFor(() => !isAlive(run.shim.pid));
  expect(livingOf(run)).toHaveLength(1);
  expect(await stopRun(run, { timeoutMs: 20_000 })).toMatchObject({ step: 'term' });
  expect(livingOf(run)).toEqual([]);
});

test('a run that is over needs nothing', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.shell('exit 3'));
  await run.exited;
  expect(await stopRun(run, { timeoutMs: 20_000 })).toMatchObject({ step: 'gone' });
});

test('A18: a process that stands still is let go on, so that it can heed SIGTERM', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  process.kill(run.pid, 'SIGSTOP');
  await waitFor(() => readProcess(run.pid)?.state === 'T');
  expect(await stopRun(run, { timeoutMs: 20_000 })).toMatchObject({ step: 'term' });
});

test('A10: a zombie that nobody reaps counts as gone', async () => {
  await using runs = await runFixture();
  const run = await runs.startShell('sleep 60 & echo "ready $!."; exec sleep 60');
  const zombie = Number(/ready (\d+)\./.exec(await runs.readLog())?.[1]);
  process.kill(zombie, 'SIGKILL');
  await waitFor(() => readProcess(zombie)?.state === 'Z');
  process.kill(run.shim.pid, 'SIGSTOP'); // nor does the shim: the backend becomes one too
  process.kill(run.pid, 'SIGKILL');
  await waitFor(() => readProcess(run.pid)?.state === 'Z');
  const report = await stopRun(run, { timeoutMs: 20_000 });
  expect(report.step).toBe('gone');
  expect(report.durationMs).toBeLessThan(20_000);
});

test('connections are cut before SIGTERM, and it comes even if that fails or hangs', async () => {
  await using runs = await runFixture();
  const outcomes = {
    done: () => {},
    fails: () => Promise.reject(new Error('no')),
    hangs: () => new Promise<void>(() => {}),
  };
  for (const [name, outcome] of Object.entries(outcomes)) {
    const run = await startRun(runs.spec('/bin/sleep', ['60']));
    let wasAlive = false;
    const cutConnections = () => {
      wasAlive = isAlive(run.pid);
      return outcome();
    };
    const report = await stopRun(run, { timeoutMs: 300, cutConnections });
    expect(wasAlive).toBe(true);
    expect([name, report.step]).toEqual([name, name === 'hangs' ? 'kill' : 'term']);
    expect(report.durationMs).toBeGreaterThanOrEqual(25);
    expect(report.durationMs).toBeLessThan(20_000);
  }
});

test('a pid that belongs to another process by now is never signalled', async () => {
  // Both leaders of a group of their own, as a shim is.
  await using stranger = await spawnProgram('sleep', ['60']);
  await using other = await spawnProgram('sleep', ['60']);
  const wrong = (pid: number): ProcessIdentity => {
    const found = readProcess(pid);
    if (found === null) throw new Error('it ended');
    return { ...identityOf(found), startedTicks: String(Number(found.startedTicks) - 1) };
  };
  const run = fabricatedRun({
    pid: stranger.pid,
    shimPid: other.pid,
    identity: wrong(stranger.pid),
    shim: wrong(other.pid),
    guard: wrong(stranger.pid),
    exited: Promise.resolve({ code: null, signal: null, at: '' }),
  });
  expect(await stopRun(run, { timeoutMs: 100, force: true })).toMatchObject({ step: 'gone' });
  const beforeReboot = { bootId: '00000000-0000-0000-0000-000000000000' };
  const old = {
    ...run,
    identity: { ...wrong(stranger.pid), ...identityNow(stranger.pid), ...beforeReboot },
    shim: { ...identityNow(other.pid), ...beforeReboot },
  };
  expect(await stopRun(old, { timeoutMs: 100, force: true })).toMatchObject({ step: 'gone' });
  for (const { pid } of [stranger, other]) {
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/State:\s+[RS]/);
  }
});

function identityNow(pid: number): ProcessIdentity {
  const found = readProcess(pid);
  if (found === null) throw new Error('it ended');
  return identityOf(found);
}
