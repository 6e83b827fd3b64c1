import { freePort, waitFor } from '@llamactl/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { llamaCpp } from '../../src/index.js';
import { type Course, goodCourse } from '../../src/liveness/judge.js';
import { watchLiveness } from '../../src/liveness/watch-liveness.js';
import { runFixture } from '../process/run-fixture.js';

const within = { timeoutMs: 30_000 };
const limits = { intervalMs: 100, hangTimeoutMs: 500 };

/** A fake of its own that is looked after; `courses` grows with each look. */
async function watched() {
  const fixture = await runFixture();
  onTestFinished(() => fixture[Symbol.asyncDispose]());
  const port = await freePort();
  const run = await fixture.startFake('ready', {}, port);
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const courses: Course[] = [];
  const target = { backend: llamaCpp(), address: { host: '127.0.0.1', port, key: null }, run };
  const onCourse = (course: Course) => void courses.push(course);
  void watchLiveness(target, limits, { signal: over.signal, onCourse });
  return { run, port, courses };
}

/** Keeps the event loop from turning. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('A5: one that is suspended never hangs, and is well once it goes on', async () => {
  const { run, courses } = await watched();
  process.kill(run.identity.pid, 'SIGSTOP');
  const isLong = ({ stillMs }: Course) => (stillMs ?? 0) > 2 * limits.hangTimeoutMs;
  await waitFor(() => courses.some(isLong), within);
  expect(courses.at(-1)?.condition).toBe('unresponsive');
  process.kill(run.identity.pid, 'SIGCONT');
  await waitFor(() => courses.at(-1)?.condition === 'well', within);
  expect(courses.filter(({ isHung }) => isHung)).toEqual([]);
});

test('B14: to one that answers while our own event loop stands still nothing happens', async () => {
  const { courses } = await watched();
  await waitFor(() => courses.length > 0, within);
  // Far longer than a question may take, again and again, with a single turn between.
  for (let times = 0; times < 5; times++) {
    stall(600);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seen = courses.length;
  await waitFor(() => courses.length > seen, within);
  expect(courses.filter((course) => course !== goodCourse)).toEqual([]);
});

test('B15: a clock that jumps by a day makes nobody hang', async () => {
  const { run, courses } = await watched();
  onTestFinished(() => void vi.useRealTimers());
  process.kill(run.identity.pid, 'SIGSTOP');
  await waitFor(() => courses.at(-1)?.missed === 1, within);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
  await waitFor(() => (courses.at(-1)?.missed ?? 0) > 1, within);
  expect(courses.at(-1)?.stillMs).toBeLessThan(60_000);
});
