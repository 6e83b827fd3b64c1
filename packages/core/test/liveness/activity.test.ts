import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { ActivityMeter } from '../../src/liveness/activity.js';
import { runFixture } from '../process/run-fixture.js';

const within = { timeoutMs: 30_000 };

test('a run that sleeps uses no processor time and is not held; suspended, it is', async () => {
  await using fixture = await runFixture();
  const run = await fixture.startShell('echo ready; exec sleep 1000');
  const meter = new ActivityMeter(run);
  await waitFor(() => meter.look().isHeld === false, within);
  expect(meter.look()).toEqual({ usedMs: 0, isHeld: false });
  process.kill(run.identity.pid, 'SIGSTOP');
  await waitFor(() => meter.look().isHeld, within);
  expect(meter.look()).toEqual({ usedMs: 0, isHeld: true });
});

test('a run that works uses processor time, also when a child does the work', async () => {
  await using fixture = await runFixture();
  const run = await fixture.startShell('(while :; do :; done) & echo ready; wait');
  const meter = new ActivityMeter(run);
  await waitFor(() => (meter.look().usedMs ?? 0) > 0, within);
});

test('what a run does that ended, or that lost a process, is not known', async () => {
  await using fixture = await runFixture();
  const run = await fixture.startShell('sleep 1000 & echo $! ready; wait; exec sleep 1000');
  const meter = new ActivityMeter(run);
  const child = Number.parseInt((await fixture.readLog()).trim().split('\n').at(-1) ?? '', 10);
  process.kill(child, 'SIGKILL');
  await waitFor(() => meter.look().usedMs === null, within);
  process.kill(run.identity.pid, 'SIGKILL');
  await run.exited;
  expect(meter.look()).toEqual({ usedMs: null, isHeld: false });
});
