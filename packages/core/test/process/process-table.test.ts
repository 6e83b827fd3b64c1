import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { spawnProgram, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { isDead, listProcesses, readProcess } from '../../src/process/process-table.js';

test('this process is shown as it is', () => {
  const self = readProcess(process.pid);
  expect(self).toMatchObject({ pid: process.pid, ppid: process.ppid });
  expect(isDead({ state: self?.state ?? 'Z' })).toBe(false);
  const { rss } = process.memoryUsage();
  expect(self?.residentBytes).toBeGreaterThan(rss / 2);
  expect(self?.residentBytes).toBeLessThan(rss * 2);
  const { user, system } = process.cpuUsage();
  expect(Math.abs((self?.cpuTicks ?? 0) / 100 - (user + system) / 1e6)).toBeLessThan(0.5);
});

test('a process leads its own group and session, and is listed while it lives', async () => {
  const child = spawn('sleep', ['60'], { detached: true });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  expect(readProcess(pid)).toMatchObject({ ppid: process.pid, pgid: pid, session: pid });
  expect(listProcesses().map((entry) => entry.pid)).toContain(pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(readProcess(pid)).toBe(null);
  expect(listProcesses().map((entry) => entry.pid)).not.toContain(pid);
});

test('a zombie is shown, and counts as dead', async () => {
  // The shell becomes a program that never waits for its child.
  await using parent = await spawnProgram('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
  const pid = Number((await parent.waitForLine(/^\d+$/))[0]);
  await waitFor(async () => (await readFile(`/proc/${parent.pid}/comm`, 'utf8')) === 'sleep\n');
  process.kill(pid, 'SIGKILL');
  await waitFor(() => readProcess(pid)?.state === 'Z');
  expect(isDead({ state: 'Z' })).toBe(true);
});
