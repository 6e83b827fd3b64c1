import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createTreeSampler } from '../../src/metrics/tree-sampler.js';
import type { ProcessInfo } from '../../src/process/process-table.js';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';
import { fabricatedRun, info } from '../process/fabricated-run.js';
import { runFixture } from '../process/run-fixture.js';

const startedAt = '2026-01-01T00:00:00.000Z';

test('processor time counts the whole tree over the time since the sample before', () => {
  const run = fabricatedRun({ pid: 1001, shimPid: 1000, startedAt });
  let now = Date.parse(startedAt) + 10_000;
  const sampler = createTreeSampler(run, { now: () => now });
  const table = (backend: number, ...children: number[]): ProcessInfo[] => [
    info(1000, { pgid: 1000, cpuTicks: 9999, residentBytes: 9999 }),
    info(1001, { ppid: 1000, pgid: 1000, cpuTicks: backend, residentBytes: 1000 }),
    ...children.map((cpuTicks, index) =>
      info(2000 + index, { ppid: 1001, pgid: 2000, cpuTicks, residentBytes: 500 }),
    ),
    info(3000, { cpuTicks: 5000, residentBytes: 5000 }),
  ];
  expect(sampler.sample(table(500))).toEqual({ memory_usage: 1000, cpu_usage: 50, uptime: 10 });
  now += 2000;
  expect(sampler.sample(table(600, 50))).toEqual({ memory_usage: 1500, cpu_usage: 75, uptime: 12 });
  now += 500;
  expect(sampler.sample(table(600))).toEqual({ memory_usage: 1000, cpu_usage: 0, uptime: 12 });
});

test('what is not there any more is null, not 0', () => {
  const run = fabricatedRun({ pid: 1001, shimPid: 1000, startedAt });
  const sampler = createTreeSampler(run, { now: () => Date.parse(startedAt) + 2500 });
  expect(sampler.sample([])).toEqual({ memory_usage: null, cpu_usage: null, uptime: 2 });
});

test('a busy child shows in the figures of a real run', async () => {
  await using runs = await runFixture();
  const program = 'while :; do :; done & exec sleep 60';
  const run = await startRun(runs.shell(program, { tied: true }));
  const sampler = createTreeSampler(run);
  await waitFor(() => (sampler.sample().cpu_usage ?? 0) > 5);
  const { memory_usage, uptime } = sampler.sample();
  expect(memory_usage).toBeGreaterThan(200_000);
  expect(memory_usage).toBeLessThan(20_000_000);
  expect(uptime).toBeLessThan(60);
  await stopRun(run, { timeoutMs: 0 });
});
