import { fakeBackendPath, freePort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createLlamactl, createMemoryStore, llamaCpp } from '../src/index.js';
import { openLab } from './lab.js';

const shuttingDown = { code: 'SHUTTING_DOWN' };

test('after disposal nothing that reads or writes the data folder is done', async () => {
  await using lab = await openLab();
  const { llamactl, model } = lab;
  await lab.create('a');
  await llamactl.dispose();
  const attempts = [
    llamactl.create({ name: 'b', model_path: model }),
    llamactl.update('a', { options: {} }),
    llamactl.remove('a'),
    llamactl.start('a'),
    llamactl.restart('a'),
    llamactl.startAll(),
    llamactl.logs('a'),
    llamactl.waitForStatus('a', 'running'),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject(shuttingDown);
});

test('disposal waits for a create that is under way', async () => {
  await using lab = await openLab();
  const store = createMemoryStore();
  const moments: string[] = [];
  const llamactl = await createLlamactl({
    backends: { 'llama-cpp': llamaCpp({ command: fakeBackendPath('ready') }) },
    store: {
      load: () => store.load(),
      delete: (name) => store.delete(name),
      put: async (definition) => {
        await store.put(definition);
        moments.push('stored');
      },
      close: async () => void moments.push('closed'),
    },
  });
  const created = llamactl.create({ name: 'a', model_path: lab.model, port: await freePort() });
  await Promise.all([llamactl.dispose(), created]);
  expect(moments).toEqual(['stored', 'closed']);
});

test('disposal ends those who wait for a status, and is complete though a part of it fails', async () => {
  await using lab = await openLab({
    store: { ...createMemoryStore(), close: () => Promise.reject(new Error('cannot close')) },
  });
  await lab.create('a');
  const waiting = lab.llamactl.waitForStatus('a', 'running');
  const ended = expect(waiting).rejects.toMatchObject(shuttingDown);
  await expect(lab.llamactl.dispose()).rejects.toThrow('cannot close');
  await ended;
  lab.llamactl.dispose = async () => {};
});
