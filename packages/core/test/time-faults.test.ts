import { isAlive, waitFor } from '@llamactl/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };
const dayMs = 24 * 60 * 60 * 1_000;

afterEach(() => void vi.useRealTimers());

/** Sets the clock of the machine, as this process sees it; timers go on as they are. */
function jump(byMs: number): void {
  const now = Date.now() + byMs;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now);
}

/** Keeps the event loop from turning. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test.each([
  ['ahead', dayMs],
  ['back', -dayMs],
])(
  'B15: a clock that jumps %s by a day ends no start, no stop and no wait for a restart',
  async (_, byMs) => {
    await using lab = await openLab({ backend: 'ignores-sigterm', startupTimeoutMs: 60_000 });
    const { llamactl } = lab;
    await lab.create('a');
    const { pid } = await llamactl.start('a');
    jump(byMs);
    await llamactl.waitForStatus('a', 'running', within);
    expect(llamactl.get('a').stats?.uptime ?? 0).toBeGreaterThanOrEqual(0);
    process.kill(pid ?? 0, 'SIGKILL');
    await llamactl.waitForStatus('a', 'failed', within);
    jump(-byMs);
    jump(-byMs);
    // After a second, as before.
    await waitFor(() => llamactl.get('a').status === 'running', within);
    const begunAt = performance.now();
    await llamactl.stop('a', { timeoutMs: 700 });
    jump(byMs);
    await llamactl.waitForStatus('a', 'stopped', within);
    expect(performance.now() - begunAt).toBeGreaterThan(650);
    const numbers = (await llamactl.logs('a', { lines: 1_000 })).map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.map((_seq, index) => (numbers[0] ?? 0) + index));
  },
);

test('B14: what got ready while the event loop stood still is not taken for late', async () => {
  await using lab = await openLab({ backend: 'ready-after', startupTimeoutMs: 1_500 });
  await lab.create('a');
  const { pid } = await lab.llamactl.start('a');
  stall(2_500);
  await lab.llamactl.waitForStatus('a', 'running', within);
  expect(lab.llamactl.get('a').pid).toBe(pid);
});

test('B14: what ended while the event loop stood still is not killed, nor anything else', async () => {
  await using lab = await openLab();
  const other = await lab.run('b');
  await lab.run('a');
  await lab.llamactl.stop('a', { timeoutMs: 1_000 });
  stall(2_000);
  const { last_exit } = await lab.llamactl.waitForStatus('a', 'stopped', within);
  expect(last_exit).toMatchObject({ signal: null });
  expect(lab.llamactl.get('b')).toMatchObject({ status: 'running', pid: other.pid, restarts: 0 });
  expect(isAlive(other.pid ?? 0)).toBe(true);
});
