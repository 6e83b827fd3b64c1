import { statSync } from 'node:fs';
import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { pauseGroup } from '../../src/process/pause-group.js';
import { readProcess } from '../../src/process/process-table.js';
import { createRunTree } from '../../src/process/run-tree.js';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';
import { runFixture } from './run-fixture.js';

test('whoever writes to the log stands still until let go on; the shim does not', async () => {
  await using runs = await runFixture();
  const run = await runs.startShell(
    'echo ready; (while :; do echo b; sleep 0.01; done) & while :; do echo a; sleep 0.01; done',
  );
  const startedAt = performance.now();
  const resume = await pauseGroup(run);
  expect(performance.now() - startedAt).toBeLessThan(500); // promised: 50 ms
  const states = new Set(
    createRunTree(run)
      .scan()
      .members.map(({ state }) => state),
  );
  // A shell that has just forked waits in the kernel (D) until its child, which is stopped, goes on.
  states.delete('D');
  expect(states).toEqual(new Set(['T']));
  await waitFor(() => readProcess(run.shim.pid)?.state === 'S', { message: 'the shim to wait' });
  const size = statSync(runs.logFile).size;
  await expect(
    waitFor(() => statSync(runs.logFile).size > size, { timeoutMs: 200 }),
  ).rejects.toThrow();
  resume?.();
  await waitFor(() => statSync(runs.logFile).size > size);
  await stopRun(run, { timeoutMs: 0 });
});

test('one that stood still before stays so', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.spec('/bin/sleep', ['60']));
  process.kill(run.pid, 'SIGSTOP');
  await waitFor(() => readProcess(run.pid)?.state === 'T');
  const resume = await pauseGroup(run);
  expect(resume).not.toBe(null);
  resume?.();
  expect(readProcess(run.pid)?.state).toBe('T');
});

test('when nobody lives there is nobody to pause', async () => {
  await using runs = await runFixture();
  const run = await startRun(runs.shell('exit 0'));
  await run.exited;
  expect(await pauseGroup(run)).toBe(null);
});
