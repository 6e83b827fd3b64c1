import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gatewayScene } from '../support/gateway-scene.js';

it('P4: no request fails on a connection that the backend closes in that moment', async () => {
  await using scene = await gatewayScene({ parameters: { keepAliveMs: 20 } });
  await scene.run('alpha');
  const statuses: number[] = [];
  const ask = async () => {
    for (let turn = 0; turn < 60; turn++) {
      const answer = await scene.chat('alpha');
      statuses.push(answer.status);
      await answer.text();
      // Around the time at which the backend closes what is idle.
      await delay(16 + Math.random() * 10);
    }
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
  expect(statuses.length).toBe(240);
  expect(new Set(statuses)).toEqual(new Set([200]));
  // Some of them were carried on, or the test has shown nothing.
  const ports = (await scene.seen('alpha')).map(({ port }) => port);
  expect(new Set(ports).size).toBeLessThan(ports.length);
});
