import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { readRunRecord } from '../../src/process/run-record.js';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';
import { livingOf, runFixture } from './run-fixture.js';

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
  const run = await runs.startShell('trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done');
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
    { VAR: 'x y', LLAMACTL_RUN: run.token, LLAMACTL_INSTANCE: run.instance, PWD: run.runDir },
  ]);
});

test('the backend has the log as output, nothing as input and no descriptor of ours', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60'], { tied: true }));
  const linkOf = (pid: number) => (fd: string) =>
    [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)] as const;
  const descriptors = Object.fromEntries(readdirSync(`/proc/${run.pid}/fd`).map(linkOf(run.pid)));
  expect(descriptors).toMatchObject({ 0: '/dev/null', 1: runs.logFile, 2: runs.logFile });
  for (const number of [3, 4, 9]) expect(descriptors).not.toHaveProperty(String(number));
  expect(Object.values(descriptors).filter((link) => link.startsWith(runs.path))).toHaveLength(2);
  expect(readFileSync(`/proc/${run.pid}/status`, 'utf8')).toMatch(/SigIgn:\s+0{15}[06]/);
});

test('a backend that cannot be executed ends at once, with the reason in the log', async () => {
  await using runs = await runFixture();
  const missing = join(runs.path, 'missing');
  expect(await (await startRun(runs.spec(missing))).exited).toMatchObject({ code: 127 });
  expect(await runs.readLog()).toContain(missing);
  const plain = join(runs.path, 'plain');
  await writeFile(plain, 'not a program');
  await chmod(plain, 0o600);
  expect(await (await startRun(runs.spec(plain))).exited).toMatchObject({ code: 126 });
});

test('the run folder holds the record, the pid, the exit and the FIFO, for the owner only', async () => {
  await using runs = await runFixture();
  const spec = runs.spec('/bin/sleep', ['60']);
  const run = await startRun(spec);
  expect(await readRunRecord(spec.runDir)).toMatchObject({
    instance: spec.instance,
    token: run.token,
    log_file: runs.logFile,
    tied: false,
    started_at: run.startedAt,
    pid: run.pid,
    started_ticks: run.identity.startedTicks,
    shim_pid: run.shim.pid,
  });
  await stopRun(run, { timeoutMs: 5000 });
  expect(await readdir(spec.runDir)).toEqual(['exit', 'fifo', 'pid', 'run.json']);
  const modes = ['.', 'exit', 'fifo', 'pid', 'run.json'].map(async (name) => {
    return ((await stat(join(spec.runDir, name))).mode & 0o777).toString(8);
  });
  expect(await Promise.all(modes)).toEqual(['700', '600', '600', '600', '600']);
  expect((await stat(runs.logFile)).mode & 0o777).toBe(0o600);
  expect(await readFile(join(spec.runDir, 'pid'), 'utf8')).toBe(`${run.pid}\n`);
});

test('the log is appended to', async () => {
  await using runs = await runFixture();
  await writeFile(runs.logFile, 'before\n');
  await (await startRun(runs.shell('echo out; echo err >&2'))).exited;
  expect(await runs.readLog()).toBe('before\nout\nerr\n');
});

test('a folder that is there already is refused and left as it is', async () => {
  await using runs = await runFixture();
  const spec = runs.spec('/bin/sleep', ['60']);
  const first = await startRun(spec);
  await expect(startRun(spec)).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
    message: expect.stringContaining(spec.instance),
  });
  expect(isAlive(first.pid)).toBe(true);
  expect(await readRunRecord(spec.runDir)).toMatchObject({ token: first.token });
});

test('arguments that are too long are refused, and nothing is left behind', async () => {
  await using runs = await runFixture();
  const spec = runs.spec('/bin/echo', ['x'.repeat(200_000)]);
  await expect(startRun(spec)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  expect(await readdir(join(spec.runDir, '..'))).toEqual([]);
});

for (const tied of [false, true]) {
  test(`50 quick ${tied ? 'tied ' : ''}runs leave no process and no descriptor`, async () => {
    await using runs = await runFixture();
    const before = readdirSync('/proc/self/fd').length;
    for (let batch = 0; batch < 5; batch++) {
      const batchOfRuns = Array.from({ length: 10 }, (_, code) =>
        startRun(runs.shell(`exit ${code}`, { tied })),
      );
      const started = await Promise.all(batchOfRuns);
      const exits = await Promise.all(started.map((run) => run.exited));
      expect(exits.map((exit) => exit.code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await waitFor(() => started.flatMap(livingOf).length === 0);
    }
    await waitFor(() => readdirSync('/proc/self/fd').length <= before);
    // The folders of tied runs go with them.
    const left = tied ? 0 : 50;
    await waitFor(() => readdirSync(join(runs.path, 'runs')).length === left);
  });
}
