import type { Alert } from '@llamactl/contract';
import { freePort, isAlive, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { keptHome } from '../kept-home.js';
import { deadlineMs } from '../lab.js';

const within = { timeoutMs: deadlineMs };

const policies = { ended: 'on_failure', left: 'never', suspended: 'on_failure' } as const;

test('A5: one that is taken over and gives no answer is ended, but with the policy never, and while it is suspended', async () => {
  await using home = await keptHome('goes-silent');
  const first = await home.open();
  const pids = new Map<string, number>();
  for (const [name, restart_policy] of Object.entries(policies)) {
    const port = await freePort();
    await first.create({ name, model_path: home.model, port, restart_policy });
    await first.start(name);
    pids.set(name, (await first.waitForStatus(name, 'running', within)).pid ?? 0);
    await fetch(`http://127.0.0.1:${port}/_silence`, { method: 'POST' });
  }
  await first.dispose();
  const pidOf = (name: keyof typeof policies) => pids.get(name) ?? 0;

  const limits = { healthIntervalMs: 1_000, hangTimeoutMs: 1_000 };
  await using second = await home.open({ ...limits, onShutdown: 'stop' });
  process.kill(pidOf('suspended'), 'SIGSTOP');
  expect(second.list().map(({ status }) => status)).toEqual(['starting', 'starting', 'starting']);
  // By then the time of the others has passed too: the restart comes a second after the end.
  await waitFor(() => second.get('ended').restarts === 1, within);
  expect(second.get('ended').last_exit?.reason).toMatch(/^It was taken over .* did not answer/);
  expect(isAlive(pidOf('ended'))).toBe(false);
  expect(second.get('left')).toMatchObject({ status: 'starting', pid: pidOf('left') });
  expect(second.get('suspended')).toMatchObject({ status: 'starting', pid: pidOf('suspended') });

  const told = ({ kind }: Alert) => kind === 'instance_unhealthy';
  const silent = () =>
    second
      .alerts()
      .filter(told)
      .map(({ instance }) => instance);
  await waitFor(() => silent().sort().join() === 'left,suspended', within);

  process.kill(pidOf('suspended'), 'SIGCONT');
  await second.waitForStatus('suspended', 'failed', within);
  expect(isAlive(pidOf('suspended'))).toBe(false);
  expect(second.get('left')).toMatchObject({ status: 'starting', pid: pidOf('left') });
});

test('A5: where none is to be ended for it, one that is taken over and gives no answer is left', async () => {
  await using home = await keptHome('goes-silent');
  const first = await home.open();
  const port = await freePort();
  await first.create({ name: 'a', model_path: home.model, port });
  await first.start('a');
  const { pid } = await first.waitForStatus('a', 'running', within);
  await fetch(`http://127.0.0.1:${port}/_silence`, { method: 'POST' });
  await first.dispose();
  await using second = await home.open({ hangTimeoutMs: 0, onShutdown: 'stop' });
  expect(second.get('a')).toMatchObject({ status: 'starting', pid });
  await second.stop('a', { force: true });
  await second.waitForStatus('a', 'stopped', within);
});
