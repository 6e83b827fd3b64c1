import { waitFor } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { gatewayScene } from '../support/gateway-scene.js';

const looks = ['/health', '/v1/health', '/metrics', '/slots', '/props', '/lora-adapters'];
const native = ['/slots', '/props', '/lora-adapters'];
const paths = [
  ...looks.map((path) => `/api/instances/alpha/proxy${path}`),
  ...native.map((path) => `${path}?model=alpha`),
];

describe('a request that only looks', () => {
  it('wakes no instance, and stops none in its favour', async () => {
    await using scene = await gatewayScene({ instances: { max_running: 1 } });
    await scene.create('alpha');
    await scene.run('beta');
    for (const path of paths) {
      for (const method of ['GET', 'HEAD']) {
        expect((await fetch(scene.url + path, { method })).status).toBe(503);
      }
      const text = await (await fetch(scene.url + path)).text();
      expect(text).toMatch(/do not wake/);
      expect(text).toMatch(/"INSTANCE_STOPPED"/);
    }
    const { llamactl } = scene;
    expect(llamactl.list().map(({ status }) => status)).toEqual(['stopped', 'running']);
    expect((await scene.chat('alpha')).status).toBe(200);
    expect((await fetch(`${scene.url}/props?model=alpha`)).status).toBe(200);
  });

  it('waits for one that starts', async () => {
    await using scene = await gatewayScene({ parameters: { delayMs: 400 } });
    await scene.create('alpha');
    await scene.llamactl.start('alpha');
    expect((await fetch(`${scene.url}/props?model=alpha`)).status).toBe(200);
  });

  it('is refused when that start is called off, while others wait for the next', async () => {
    await using scene = await gatewayScene({ parameters: { delayMs: 600 } });
    await scene.create('alpha');
    await scene.llamactl.start('alpha');
    const look = fetch(`${scene.url}/props?model=alpha`);
    await waitFor(async () => (await succeed(scene.url, 'listRequests')).requests.length === 1);
    await scene.llamactl.stop('alpha', { hold: false });
    expect((await look).status).toBe(503);
    await scene.llamactl.waitForStatus('alpha', 'stopped', { timeoutMs: 10_000 });
    expect((await scene.chat('alpha')).status).toBe(200);
  });

  it('does not keep an instance from being idle', async () => {
    await using scene = await gatewayScene({ instances: { idle_timeout: 0.6 } });
    await scene.run('alpha');
    const statuses: number[] = [];
    await waitFor(async () => {
      statuses.push((await fetch(`${scene.url}/slots?model=alpha`)).status);
      return scene.llamactl.get('alpha').status === 'stopped';
    });
    expect(statuses[0]).toBe(200);
  });
});
