import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { isAlive, processesWithMarker, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import {
  reportDescriptor,
  shimName,
  shimScript,
  shimToolPath,
  tieDescriptor,
} from '../../src/process/shim.js';

// What /bin/sh is on Debian, macOS and Alpine; those that this machine has.
const shells = [['/bin/sh'], ['/bin/dash'], ['/bin/bash', '--posix'], ['/bin/busybox', 'sh']]
  .filter(([path = '']) => existsSync(path))
  .filter(([path = '']) => path === '/bin/sh' || realpathSync(path) !== realpathSync('/bin/sh'));

/** Runs the shim under a shell. A PATH that leads nowhere is the backend's own affair. */
function runShim([shell = '', ...options]: string[], dir: string, kind: string, command: string[]) {
  const ours = [shimName, dir, shimToolPath(), kind];
  const child = spawn(shell, [...options, '-c', shimScript, ...ours, ...command], {
    detached: true,
    env: { LLAMACTL_RUN: dir, PATH: '/nonexistent' },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const report = text(child.stdio[reportDescriptor] as Readable);
  report.catch(() => {}); // where a test destroys it
  return { child, report, untie: () => (child.stdio[tieDescriptor] as Readable).destroy() };
}

const readExit = (dir: string) => readFile(join(dir, 'exit'), 'utf8');
const hasExit = (dir: string) => waitFor(async () => (await readExit(dir)).endsWith('\n'));

for (const shell of shells) {
  const name = shell.join(' ');

  test(`under ${name} it reports the pid, survives signals to the group, and writes down the end`, async () => {
    await using dir = await tempDir();
    const { child, report } = runShim(shell, dir.path, 'untied', ['/bin/sleep', '60']);
    expect(await report).toMatch(/^\d+ \.\n$/);
    const pid = Number.parseInt(await report, 10);
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n');
    for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGTERM'] as const) {
      if (child.pid && isAlive(child.pid)) process.kill(-child.pid, signal);
    }
    await hasExit(dir.path);
    // Whichever came first to a process that was not there to be asked.
    expect(await readExit(dir.path)).toMatch(/^(129|138|143)\n$/);
  });

  test(`under ${name} the backend gets none of its signal settings or descriptors`, async () => {
    await using dir = await tempDir();
    const { child, report } = runShim(shell, dir.path, 'tied', ['/bin/sleep', '60']);
    const pid = Number.parseInt(await report, 10);
    const ignored = /SigIgn:\s+(\w+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
    // SIGINT and SIGQUIT (bits 1 and 2) may be.
    expect(Number.parseInt(ignored, 16) & ~0b110).toBe(0);
    const descriptors = readdirSync(`/proc/${pid}/fd`);
    for (const number of ['3', '4', '9']) expect(descriptors).not.toContain(number);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  });

  test(`under ${name} the end of the tie ends the run and removes its files`, async () => {
    await using dir = await tempDir();
    const runDir = join(dir.path, 'run');
    await mkdir(runDir);
    const readyFile = join(dir.path, 'ready');
    const program = 'PATH=/bin; trap "" TERM; : >"$0"; while :; do sleep 1; done';
    const command = ['/bin/sh', '-c', program, readyFile];
    const { child, report, untie } = runShim(shell, runDir, 'tied', command);
    await waitFor(() => existsSync(readyFile));
    const [, pid, guard] = /^(\d+) (\d+)\.\n$/.exec(await report) ?? [];
    const untiedAt = performance.now();
    untie();
    await waitFor(() => !existsSync(runDir), { timeoutMs: 30_000 });
    expect(performance.now() - untiedAt).toBeGreaterThan(2900); // it ignores SIGTERM
    await waitFor(() => ![child.pid, pid, guard].some((each) => isAlive(Number(each))));
  });
}

test('a tie that ends while the backend is being started leaves no process and no file', async () => {
  await using dir = await tempDir();
  for (let delayMs = 0; delayMs < 10; delayMs += 0.5) {
    const runDir = join(dir.path, String(delayMs));
    await mkdir(runDir);
    const { child, untie } = runShim(['/bin/sh'], runDir, 'tied', ['/bin/sleep', '60']);
    const untieAt = performance.now() + delayMs;
    while (performance.now() < untieAt);
    untie();
    await waitFor(() => processesWithMarker(`LLAMACTL_RUN=${runDir}`).length === 0);
    await waitFor(() => !isAlive(child.pid ?? 0) && !existsSync(runDir));
  }
});

test('a backend that nobody hears about is run and its end written down all the same', async () => {
  await using dir = await tempDir();
  const { child } = runShim(['/bin/sh'], dir.path, 'untied', ['/bin/sh', '-c', 'exit 7']);
  // Gone before the shim can say anything: it would die of SIGPIPE.
  (child.stdio[reportDescriptor] as Readable).destroy();
  await hasExit(dir.path);
  expect(await readExit(dir.path)).toBe('7\n');
});

test('it stays under 2 MB and has no process beside itself while the backend runs', async () => {
  await using dir = await tempDir();
  const { child, report } = runShim(['/bin/sh'], dir.path, 'untied', ['/bin/sleep', '60']);
  const pid = Number.parseInt(await report, 10);
  const shim = child.pid ?? 0;
  const children = readFileSync(`/proc/${shim}/task/${shim}/children`, 'utf8').trim().split(' ');
  expect(children).toEqual([String(pid)]);
  const residentKb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${shim}/status`, 'utf8'))?.[1];
  // dash; where sh is bash, it is 3.1 MB.
  expect(Number(residentKb)).toBeLessThan(4096);
  process.kill(pid, 'SIGKILL');
  await hasExit(dir.path);
});

test('tools are looked for in the system folders first, never in the working folder', () => {
  expect(shimToolPath('/opt/bin::.:relative:/nix/bin')).toBe('/usr/bin:/bin:/opt/bin:/nix/bin');
  expect(shimToolPath('')).toBe('/usr/bin:/bin');
});
