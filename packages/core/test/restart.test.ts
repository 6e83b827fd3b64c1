import { rm, writeFile } from 'node:fs/promises';
import { fakeBackendPath, freePort, isAlive, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createLlamactl, LlamactlError, llamaCpp } from '../src/index.js';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

test('after a restart, waiting for running waits for the new process', async () => {
  await using lab = await openLab();
  const { pid } = await lab.run('a');
  await lab.llamactl.restart('a');
  const again = await lab.llamactl.waitForStatus('a', 'running', within);
  expect(again.pid).not.toBe(pid);
});

test('a restart that cannot start leaves the instance failed, with the reason', async () => {
  await using lab = await openLab();
  await lab.run('a');
  await rm(lab.model);
  await lab.llamactl.restart('a');
  await lab.llamactl.waitForStatus('a', 'failed', within);
  expect(lab.llamactl.get('a')).toMatchObject({ failure: 'model_missing' });
});

test('a restart that finds the machine full leaves the instance failed, too', async () => {
  await using lab = await openLab();
  let isFull = false;
  const backend = llamaCpp({ command: fakeBackendPath('ready') });
  await using llamactl = await createLlamactl({
    backends: {
      'llama-cpp': Object.assign(Object.create(backend), {
        launch: (...given: Parameters<typeof backend.launch>) => {
          if (isFull) throw new LlamactlError('RESOURCE_EXHAUSTED', 'No process is left');
          return backend.launch(...given);
        },
      }),
    },
  });
  await llamactl.create({ name: 'a', model_path: lab.model, port: await freePort() });
  await llamactl.start('a');
  await llamactl.waitForStatus('a', 'running', within);
  isFull = true;
  await llamactl.restart('a');
  await llamactl.waitForStatus('a', 'failed', within);
  expect(llamactl.get('a').last_exit?.reason).toContain('No process is left');
});

test.each(['stopped', 'starting', 'running', 'stopping', 'failed'] as const)(
  'restart from %s ends running, with a new process',
  async (state) => {
    await using lab = await openLab();
    const { llamactl } = lab;
    await lab.create('a');
    if (state === 'failed') await rm(lab.model);
    const before = state === 'stopped' ? null : await llamactl.start('a').catch(() => null);
    if (state === 'failed') await writeFile(lab.model, 'back again');
    if (state === 'running' || state === 'stopping')
      await llamactl.waitForStatus('a', 'running', within);
    if (state === 'stopping') await llamactl.stop('a');
    expect(llamactl.get('a').status).toBe(state);

    await llamactl.restart('a');
    await waitFor(
      () => llamactl.get('a').status === 'running' && llamactl.get('a').pid !== before?.pid,
      within,
    );
    if (before?.pid) expect(isAlive(before.pid)).toBe(false);
  },
);
