import { statfs } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { memoryUsageOf, readDiskUsage } from '../../src/metrics/machine-figures.js';
import { createSystemSampler } from '../../src/metrics/system-sampler.js';

const memory_total = totalmem();

test('nothing is known before the first sample, and no processor time before the second', async () => {
  const times = [
    { busy: 1_000, total: 10_000 },
    { busy: 1_250, total: 11_000 },
    { busy: 1_250, total: 11_000 },
    { busy: 2_250, total: 12_000 },
  ];
  const sampler = createSystemSampler('/', {
    processorTime: () => times.shift() ?? { busy: 0, total: 0 },
    memoryUsage: () => 5,
    diskUsage: async () => 50,
  });
  expect(sampler.latest).toEqual({
    cpu_usage: null,
    memory_usage: null,
    memory_total,
    disk_usage: null,
  });
  expect(await sampler.sample()).toEqual({
    cpu_usage: null,
    memory_usage: 5,
    memory_total,
    disk_usage: 50,
  });
  expect((await sampler.sample()).cpu_usage).toBe(25);
  // The clock of the system has not moved: the last interval is still the last one.
  expect((await sampler.sample()).cpu_usage).toBe(25);
  expect((await sampler.sample()).cpu_usage).toBe(100);
  expect(sampler.latest.cpu_usage).toBe(100);
});

test('a system that tells no processor time has none', async () => {
  const sampler = createSystemSampler('/', {
    processorTime: () => ({ busy: 0, total: 0 }),
    memoryUsage: () => 5,
    diskUsage: async () => null,
  });
  await sampler.sample();
  expect(await sampler.sample()).toMatchObject({ cpu_usage: null, disk_usage: null });
});

test('a disk that does not answer is unknown, and is asked again only when it has answered', async () => {
  let answer: (percent: number) => void = () => {};
  const first = new Promise<number>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  const sampler = createSystemSampler('/', {
    processorTime: () => ({ busy: 0, total: 0 }),
    memoryUsage: () => 5,
    diskUsage: () => {
      asked++;
      return asked === 1 ? first : Promise.resolve(20);
    },
  });
  expect((await sampler.sample()).disk_usage).toBeNull();
  expect((await sampler.sample()).disk_usage).toBeNull();
  expect(asked).toBe(1);
  answer(10);
  await waitFor(async () => (await sampler.sample()).disk_usage === 20, { timeoutMs: 5_000 });
});

test('the figures of this machine are within their bounds', async () => {
  const sampler = createSystemSampler(tmpdir());
  await sampler.sample();
  await waitFor(async () => (await sampler.sample()).cpu_usage !== null, { timeoutMs: 10_000 });
  const { cpu_usage, memory_usage, disk_usage } = sampler.latest;
  for (const percent of [cpu_usage, disk_usage]) {
    expect(percent).toBeGreaterThanOrEqual(0);
    expect(percent).toBeLessThanOrEqual(100);
  }
  expect(memory_usage).toBeGreaterThan(1_000_000);
  expect(memory_usage).toBeLessThan(memory_total);
});

test('memory in use is what could not be given to a program at once', () => {
  const meminfo = 'MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     700 kB\n';
  expect(memoryUsageOf(meminfo)).toBe(300 * 1024);
  expect(memoryUsageOf('MemTotal:        1000 kB\nMemFree:          100 kB\n')).toBeNull();
});

test('the disk is as full as df says for this user', async () => {
  const { blocks, bfree, bavail } = await statfs(tmpdir());
  const percent = (100 * (blocks - bfree)) / (blocks - bfree + bavail);
  const usage = await readDiskUsage(tmpdir());
  expect(Math.abs((usage ?? -10) - percent)).toBeLessThan(1);
  expect(await readDiskUsage('/nowhere/at/all')).toBeNull();
});
