import { expect, it } from 'vitest';
import { gatewayScene } from '../support/gateway-scene.js';

it('P4: no request fails on a connection that the backend closes in that moment', async () => {
  await using scene = await gatewayScene({ parameters: { cutsReused: 1 } });
  await scene.run('alpha');
  for (let turn = 0; turn < 20; turn++) {
    const answer = await fetch(`${scene.url}/completion`, {
      method: 'POST',
      body: '{"model":"alpha"}',
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ model: 'alpha' });
  }
  // Each of them but the first was sent again, or the test has shown nothing.
  expect((await scene.seen('alpha')).length).toBeGreaterThan(30);
});

it('P4: a request that breaks on a fresh connection too is not sent a third time', async () => {
  await using scene = await gatewayScene();
  await scene.run('alpha');
  await (await scene.chat('alpha')).text();
  const before = (await scene.seen('alpha')).length;
  expect((await scene.chat('alpha', { end: 'cut' })).status).toBe(502);
  expect((await scene.seen('alpha')).length).toBe(before + 2);
});

it('P4: a request whose answer has begun is not sent again', async () => {
  await using scene = await gatewayScene();
  await scene.run('alpha');
  await (await scene.chat('alpha')).text();
  const told = { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', end: 'cut' } as const;
  const answer = await scene.chat('alpha', told);
  setTimeout(() => void scene.llamactl.stop('alpha', { force: true }), 50);
  await expect(answer.text()).rejects.toThrow();
});
