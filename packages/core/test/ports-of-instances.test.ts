import { freePort, occupyPort } from '@llamactl/testkit';
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

test('a port that an update gave up is free for others once no run uses it', async () => {
  await using lab = await openLab();
  const { llamactl } = lab;
  const { port: first } = await lab.run('a');
  const second = await freePort();
  const third = await freePort();
  await llamactl.update('a', { port: second });
  await llamactl.update('a', { port: third });
  await lab.create('b', { port: second });
  await expect(lab.create('c', { port: first })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await llamactl.stop('a');
  await llamactl.waitForStatus('a', 'stopped', within);
  await lab.create('c', { port: first });
  await llamactl.start('a');
  const { port } = await llamactl.waitForStatus('a', 'running', within);
  expect(port).toBe(third);
});

test('a start on a port that another program has is refused, and says which', async () => {
  await using lab = await openLab();
  await using foreign = await occupyPort();
  await lab.create('a', { port: foreign.port });
  await expect(lab.llamactl.start('a')).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(String(foreign.port)),
  });
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'failed', failure: 'port_in_use' });
});

test('two instances cannot have one port', async () => {
  await using lab = await openLab();
  const { port } = await lab.create('a');
  await expect(lab.create('b', { port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  const b = await lab.create('b');
  await expect(lab.llamactl.update('b', { port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  expect(lab.llamactl.get('b').port).toBe(b.port);
});
