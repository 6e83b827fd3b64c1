import { expect, test } from 'vitest';
import { stallOf, startFairTimer } from '../../src/support/fair-timer.js';

/** Keeps the event loop from turning. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('a timer that is late because all stood still gives that time once more', async () => {
  const begunAt = performance.now();
  const due = new Promise<number>((resolve) => {
    startFairTimer(300, () => resolve(performance.now() - begunAt));
  });
  stall(700);
  expect(await due).toBeGreaterThanOrEqual(990);
});

test('one that is called off does not come', async () => {
  let came = false;
  const callOff = startFairTimer(200, () => {
    came = true;
  });
  stall(600);
  // Late by now, and given a second time.
  await new Promise((resolve) => setTimeout(resolve, 50));
  callOff();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(came).toBe(false);
});

test('a bit late is no stall', () => {
  expect([0, 100, 250, 251, 5_000].map(stallOf)).toEqual([0, 0, 0, 251, 5_000]);
});
