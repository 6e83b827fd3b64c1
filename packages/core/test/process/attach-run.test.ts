import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, spawnProgram, waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachRun } from '../../src/process/attach-run.js';
import { isSameProcess } from '../../src/process/identity.js';
import { readProcess } from '../../src/process/process-table.js';
import type { Run } from '../../src/process/run.js';
import { type RunRecord, readRunRecord, writeRunRecord } from '../../src/process/run-record.js';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';
import { type BuiltProgram, buildProgram } from '../build-program.js';
import { livingOf, runFixture } from './run-fixture.js';

let app: BuiltProgram;
beforeAll(async () => {
  app = await buildProgram(new URL('app.ts', import.meta.url));
});
afterAll(() => app[Symbol.asyncDispose]());

async function attached(runDir: string): Promise<Run> {
  const run = await attachRun(runDir);
  if (run === null) throw new Error('there is no such run');
  return run;
}

async function changeRecord(runDir: string, changes: Partial<RunRecord>): Promise<void> {
  const record = await readRunRecord(runDir);
  if (record === null) throw new Error('there is no record');
  await writeRunRecord(runDir, { ...record, ...changes }, false);
}

const unfinished = {
  pid: null,
  started_ticks: null,
  shim_pid: null,
  shim_started_ticks: null,
} as const;

test('a process that did not start the run sees it end, with its code', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.shell('trap "exit 7" TERM; while :; do sleep 0.02; done'));
  await using program = await spawnProgram(process.execPath, [app.file, 'attach', run.runDir]);
  const [line] = await program.waitForLine(/^\{.*"pid".*\}$/);
  const { exited: _exited, letGo: _letGo, ...known } = run;
  expect(JSON.parse(line)).toEqual({ ...known, exited: {} });
  process.kill(run.pid, 'SIGTERM');
  const [end] = await program.waitForLine(/^\{.*"code".*\}$/);
  expect(JSON.parse(end)).toEqual(await run.exited);
  expect(JSON.parse(end)).toMatchObject({ code: 7, signal: null });
  expect(await program.exit).toEqual({ code: 0, signal: null });
});

test('a run that ended while nobody watched tells how and when', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  process.kill(run.pid, 'SIGKILL');
  await waitFor(() => livingOf(run).length === 0);
  const later = await attached(run.runDir);
  expect(await later.exited).toEqual(await run.exited);
  expect(await later.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(isSameProcess(later.identity)).toBe(false);
});

test('a run that is found again can be stopped', async () => {
  await using runs = await runFixture();
  const { runDir, token } = await runs.startFake('forks-children');
  const later = await attached(runDir);
  expect(await stopRun(later, { timeoutMs: 20_000 })).toMatchObject({ step: 'term' });
  expect(livingOf({ token })).toEqual([]);
  expect(await later.exited).toMatchObject({ code: 0 });
});

test('a record that was not completed is made up for by the pid file', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  await changeRecord(run.runDir, unfinished);
  const later = await attached(run.runDir);
  expect(later.identity).toEqual(run.identity);
  expect(later.shim).toEqual(run.shim);
  await stopRun(later, { timeoutMs: 20_000 });
  expect(isAlive(run.pid)).toBe(false);
});

test('a pid file that names a process of someone else is not believed', async () => {
  await using runs = await runFixture();
  await using stranger = await spawnProgram('sleep', ['60']);
  const run = await startRun(runs.shell('exit 3'));
  await run.exited;
  await unlink(join(run.runDir, 'exit'));
  await changeRecord(run.runDir, unfinished);
  await writeFile(join(run.runDir, 'pid'), `${stranger.pid}\n`);
  const later = await attached(run.runDir);
  expect(isSameProcess(later.identity)).toBe(false);
  expect(await later.exited).toMatchObject({ code: null, signal: null });
  expect(await stopRun(later, { timeoutMs: 0 })).toMatchObject({ step: 'gone' });
  expect(isAlive(stranger.pid)).toBe(true);
});

test('a record from before a reboot is over, whatever has its pids now', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  await changeRecord(run.runDir, { boot_id: '00000000-0000-0000-0000-000000000000' });
  const later = await attached(run.runDir);
  expect(isSameProcess(later.identity)).toBe(false);
  expect(await stopRun(later, { timeoutMs: 0 })).toMatchObject({ step: 'gone' });
  expect(isAlive(run.pid)).toBe(true);
});

test('a run that was left standing still goes on', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  process.kill(run.pid, 'SIGSTOP');
  await waitFor(() => readProcess(run.pid)?.state === 'T');
  await attached(run.runDir);
  await waitFor(() => readProcess(run.pid)?.state === 'S');
});

test('a folder without a record, with half a one, or without a pid holds no run', async () => {
  await using runs = await runFixture();
  expect(await attachRun(join(runs.path, 'nothing'))).toBe(null);
  const run = await startRun(runs.shell('exit 0'));
  await run.exited;
  const record = join(run.runDir, 'run.json');
  const whole = await readFile(record, 'utf8');
  await changeRecord(run.runDir, unfinished);
  await unlink(join(run.runDir, 'pid'));
  expect(await attachRun(run.runDir)).toBe(null);
  for (const broken of ['', whole.slice(0, 50), '{"version": 1}', '[]', 'null']) {
    await writeFile(record, broken);
    expect(await attachRun(run.runDir)).toBe(null);
  }
});
