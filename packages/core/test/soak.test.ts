import { readdirSync } from 'node:fs';
import { isAlive, ownPorts } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createLlamactl } from '../src/index.js';
import { cheapBackend } from './cheap-backend.js';
import { openLab } from './lab.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const rounds = isFull ? 2_000 : 40;
const within = { timeoutMs: 60_000 };

/** What would grow if something were kept of each run. */
function held() {
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
  return { descriptors: readdirSync('/proc/self/fd').length, timers: timers.length };
}

test(`B20: ${rounds} starts and stops leave no descriptor, no timer and no process, and little memory`, {
  timeout: isFull ? 1_800_000 : 120_000,
}, async () => {
  const command = { backends: { 'llama-cpp': cheapBackend() } };
  await using lab = await openLab({ ...command, portRange: ownPorts() });
  const { llamactl } = lab;
  await lab.create('a');
  const pids: number[] = [];
  const runOnce = async () => {
    await llamactl.start('a');
    pids.push((await llamactl.waitForStatus('a', 'running', within)).pid ?? 0);
    await llamactl.stop('a', { force: true });
    await llamactl.waitForStatus('a', 'stopped', within);
  };
  // The first ones load code and fill what is bounded.
  for (let round = 0; round < 5; round++) await runOnce();
  const before = held();
  for (let round = 0; round < rounds; round++) await runOnce();
  const after = held();
  expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 2);
  expect(after.timers).toBeLessThanOrEqual(before.timers + 2);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('B20: a Llamactl that is disposed of leaves no descriptor and no timer', async () => {
  const before = held();
  for (let round = 0; round < 10; round++) {
    const llamactl = await createLlamactl({ backends: { 'llama-cpp': cheapBackend() } });
    await llamactl.dispose();
  }
  const after = held();
  expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
  expect(after.timers).toBeLessThanOrEqual(before.timers);
});
