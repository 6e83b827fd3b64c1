import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isAlive, processesWithMarker, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { readProcess } from '../src/process/process-table.js';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

test.each([
  ['runs', 'ready', false],
  ['loads', 'never-ready', false],
  ['is kept', 'ready', true],
] as const)(
  'a shim that is stopped does not hide the end of a backend that %s',
  async (_, backend, isKept) => {
    const name = `shim-${randomUUID()}`;
    await using home = await openLab();
    const kept = isKept && ({ dataDir: join(home.dir, 'data'), onShutdown: 'keep' } as const);
    await using lab = await openLab({ backend, statsIntervalMs: 100, ...kept });
    const { llamactl } = lab;
    const status = backend === 'ready' ? 'running' : 'starting';
    const { pid } = await lab.run(name, status, { restart_policy: 'never' });
    const shim = readProcess(pid ?? 0)?.ppid ?? Number.NaN;
    process.kill(shim, 'SIGSTOP');
    await waitFor(() => readProcess(shim)?.state === 'T', within);
    process.kill(pid ?? 0, 'SIGKILL');
    const { last_exit } = await llamactl.waitForStatus(name, 'failed', within);
    expect(last_exit).toMatchObject({ code: null, signal: null });
    expect(last_exit?.reason).toContain('how could not be seen');
    await waitFor(() => !isAlive(shim), within);
    // A tool that the guard of a tied run had just begun ends after it.
    await waitFor(() => processesWithMarker(`LLAMACTL_INSTANCE=${name}`).length === 0, within);
  },
);

test('a shim that is stopped for a while still tells how its backend ended', async () => {
  await using lab = await openLab({ statsIntervalMs: 50 });
  const { pid } = await lab.run('a', 'running', { restart_policy: 'never' });
  const shim = readProcess(pid ?? 0)?.ppid ?? Number.NaN;
  process.kill(shim, 'SIGSTOP');
  await new Promise((resolve) => lab.llamactl.on('instance_stats_updated', resolve));
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'running', pid });
  process.kill(shim, 'SIGCONT');
  process.kill(pid ?? 0, 'SIGTERM');
  const { last_exit } = await lab.llamactl.waitForStatus('a', 'stopped', within);
  expect(last_exit).toMatchObject({ code: 0 });
});
