import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir, waitFor } from '@llamactl/testkit';
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

it('one whose restart fell due while no server was there is not started where it has no room', async () => {
  await using home = await tempDir();
  const dataDir = join(home.path, 'data');
  const instances = { max_running: 1, on_shutdown: 'keep' } as const;
  // With accounts, which have to be opened too, it takes longer until anybody could object.
  const accounts = { config: { auth: { enabled: true } }, onAdminPassword: () => {} };
  const opened = { instances, server: { ...server, ...accounts, dataDir } };
  {
    await using scene = await gatewayScene(opened);
    await scene.run('a');
    await crash(scene, 'a');
    await scene.run('b');
  }
  const file = join(dataDir, 'pasts', 'instance-a.json');
  const past = JSON.parse(await readFile(file, 'utf8')) as object;
  const next_restart_at = new Date(Date.now() - 60_000).toISOString();
  await writeFile(file, JSON.stringify({ ...past, failure: 'crashed', next_restart_at }));

  await using scene = await gatewayScene({ ...opened, instances: { max_running: 1 } });
  const { llamactl } = scene;
  await waitFor(() => llamactl.get('a').next_restart_at === null);
  expect(llamactl.get('a')).toMatchObject({
    status: 'failed',
    last_exit: { reason: expect.stringMatching(/not started again\. There was no room/) },
  });
  expect(llamactl.get('b').status).toBe('running');
});
