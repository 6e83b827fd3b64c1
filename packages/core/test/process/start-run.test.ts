import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync as readlink } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { isAlive, processesWithMarker, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { readRunRecord } from '../../src/process/run-record.js';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';
import { runFixture } from './run-fixture.js';

const kill = (pid: number, signal: NodeJS.Signals) => process.kill(pid, signal);

for (const [program, code] of [
  ['exit 0', 0],
  ['exit 3', 3],
  ['exit 127', 127],
  ['exit 200', 200],
] as const) {
  test(`a backend that does "${program}" is reported with code ${code}`, async () => {
    await using runs = await runFixture();
    const run = await startRun(runs.shell(program));
    expect(await run.exited).toMatchObject({ code, signal: null });
  });
}

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const) {
  test(`a backend ended by ${signal} is reported with that signal`, async () => {
    await using runs = await runFixture();
    const run = await startRun(runs.spec('/bin/sleep', ['60']));
    kill(run.pid, signal);
    const { at, ...exit } = await run.exited;
    expect(exit).toEqual({ code: null, signal });
    expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(10_000);
  });
}

test('the end is told at once', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  const killedAt = performance.now();
  kill(run.pid, 'SIGKILL');
  await run.exited;
  expect(performance.now() - killedAt).toBeLessThan(200); // promised: 20 ms
});

test('SIGTERM to the group right after the start ends the backend and leaves a record of it', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  kill(-run.shim.pid, 'SIGTERM');
  expect(await run.exited).toMatchObject({ signal: 'SIGTERM' });
  expect(await readFile(join(run.runDir, 'exit'), 'utf8')).toBe('143\n');
});

test('a backend that catches SIGTERM gets it and exits as it likes', async () => {
  await using runs = await runFixture();
  const run = await startRun(
    runs.shell('trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done'),
  );
  await waitFor(async () => (await runs.readLog()).includes('ready'));
  kill(-run.shim.pid, 'SIGTERM');
  expect(await run.exited).toMatchObject({ code: 5, signal: null });
});

test('with the shim killed alone the backend lives on and is still watched', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  let isOver = false;
  run.exited.then(() => {
    isOver = true;
  });
  kill(run.shim.pid, 'SIGKILL');
  await waitFor(() => !isAlive(run.shim.pid));
  // Longer than a look at the process table takes to come round.
  await expect(waitFor(() => isOver, { timeoutMs: 1500 })).rejects.toThrow();
  expect(isAlive(run.pid)).toBe(true);
  kill(run.pid, 'SIGKILL');
  expect(await run.exited).toMatchObject({ code: null, signal: null });
});

test('the backend gets its arguments and environment as given, the marker, and nothing else', async () => {
  await using runs = await runFixture();
  const args = ['a b', '', "it's", '$HOME', '*', '-n', 'line\nbreak'];
  const print = 'console.log(JSON.stringify([process.argv.slice(1), process.env]))';
  const env = { VAR: 'x y', LLAMACTL_RUN: 'not this' };
  const run = await startRun(
    runs.spec('', [], {
      launch: { file: process.execPath, args: ['-e', print, '--', ...args], env },
    }),
  );
  await run.exited;
  expect(JSON.parse(await runs.readLog())).toEqual([
    args,
    { VAR: 'x y', LLAMACTL_RUN: run.token, LLAMACTL_INSTANCE: 'llama', PWD: process.cwd() },
  ]);
});

test('the backend has the log as output, nothing as input and no descriptor of ours', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60'], { tied: true }));
  const linkOf = (pid: number) => (fd: string) => [fd, readlink(`/proc/${pid}/fd/${fd}`)] as const;
  const descriptors = Object.fromEntries(readdirSync(`/proc/${run.pid}/fd`).map(linkOf(run.pid)));
  expect(descriptors).toMatchObject({ 0: '/dev/null', 1: runs.logFile, 2: runs.logFile });
  for (const number of [3, 4, 9]) expect(descriptors).not.toHaveProperty(String(number));
  expect(Object.values(descriptors).filter((link) => link.startsWith(runs.path))).toHaveLength(2);
  expect(readFileSync(`/proc/${run.pid}/status`, 'utf8')).toMatch(/SigIgn:\s+0{15}[06]/);
  await stopRun(run, { timeoutMs: 0 });
});
