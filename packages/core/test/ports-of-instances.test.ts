import { freePort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../src/index.js';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

test('while an instance runs, its port is the one that it answers on', async () => {
  await using lab = await openLab();
  const { port } = await lab.run('a');
  const next = await freePort();
  const { instance, restart_required } = await lab.llamactl.update('a', { port: next });
  expect({ port: instance.port, restart_required }).toEqual({ port, restart_required: true });
  expect(lab.llamactl.get('a').port).toBe(port);
  await lab.llamactl.restart('a');
  expect((await lab.llamactl.waitForStatus('a', 'running', within)).port).toBe(next);
});

test('an update that cannot be stored keeps the port of the run', async () => {
  const store = createMemoryStore();
  let isBroken = false;
  const put: typeof store.put = (definition) =>
    isBroken ? Promise.reject(new Error('broken')) : store.put(definition);
  await using lab = await openLab({ store: { ...store, put } });
  const { port } = await lab.run('a');
  await lab.llamactl.update('a', { port: await freePort() });
  isBroken = true;
  await expect(lab.llamactl.update('a', { port })).rejects.toThrow('broken');
  isBroken = false;
  await expect(lab.create('b', { port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
});

test('an instance made anew under an old name keeps its port', async () => {
  await using lab = await openLab({ backend: 'exits-early' });
  for (let round = 0; round < 20; round++) {
    await lab.run('a', 'failed');
    const stopped = lab.llamactl.stop('a');
    await Promise.all([stopped, lab.llamactl.remove('a')]);
    const { port } = await lab.create('a');
    await expect(lab.create('b', { port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await lab.llamactl.remove('a');
  }
});
