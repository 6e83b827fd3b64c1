import { waitFor } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.js';

const server = { timeouts: { gateway: { coolDownMs: 50 } } };

async function crash({ llamactl }: GatewayScene, name: string): Promise<void> {
  const failed = llamactl.waitForStatus(name, 'failed', { timeoutMs: 20_000 });
  process.kill(llamactl.get(name).pid ?? Number.NaN, 'SIGKILL');
  await failed;
}

it.each([
  ['number of instances', { max_running: 1 }],
  ['group', { groups: { large: { max_running: 1 } } }],
  ['memory', { memory_budget: 50_000_000 }],
])('one that crashed is not started again where it has no room: %s', async (_what, limits) => {
  await using scene = await gatewayScene({ instances: limits, server });
  const { llamactl } = scene;
  for (const name of ['a', 'b']) await scene.create(name, { group: 'large' });
  expect((await scene.chat('a')).status).toBe(200);
  if ('memory_budget' in limits) await waitFor(() => llamactl.get('a').stats?.memory_usage);
  await crash(scene, 'a');
  const calledOff = new Promise<void>((resolve) => {
    llamactl.on('instance_updated', ({ instance: { name, next_restart_at } }) => {
      if (name === 'a' && next_restart_at === null) resolve();
    });
  });
  expect((await scene.chat('b')).status).toBe(200);
  await calledOff;
  expect(llamactl.get('a')).toMatchObject({
    status: 'failed',
    failure: 'crashed',
    last_exit: { reason: expect.stringMatching(/not started again\. There was no room/) },
  });
  expect(llamactl.get('b').status).toBe('running');
  expect((await scene.chat('a')).status).toBe(200);
  expect(llamactl.get('b').status).toBe('stopped');
});

it('one that crashed has its place again where it has room', async () => {
  await using scene = await gatewayScene({ instances: { max_running: 2 }, server });
  for (const name of ['a', 'b']) await scene.run(name);
  await crash(scene, 'a');
  await waitFor(() => scene.llamactl.get('a').status === 'running');
});
