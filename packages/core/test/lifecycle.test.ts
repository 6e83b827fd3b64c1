import { readlinkSync, statSync } from 'node:fs';
import { isAlive } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

test('an instance goes stopped, starting, running, stopping, stopped, and its process is gone then', async () => {
  await using lab = await openLab();
  const { llamactl } = lab;
  expect(await lab.create('a')).toMatchObject({ status: 'stopped', pid: null, failure: null });

  const started = await llamactl.start('a');
  expect(started.status).toBe('starting');
  const running = await llamactl.waitForStatus('a', 'running', within);
  expect(isAlive(running.pid ?? 0)).toBe(true);
  expect((await fetch(`http://127.0.0.1:${running.port}/health`)).status).toBe(200);
  expect(llamactl.get('a').stats).toEqual({
    memory_usage: expect.any(Number),
    cpu_usage: expect.any(Number),
    uptime: expect.any(Number),
  });

  expect((await llamactl.stop('a')).status).toBe('stopping');
  const stopped = await llamactl.waitForStatus('a', 'stopped', within);
  expect(stopped.pid).toBeNull();
  expect(isAlive(running.pid ?? 0)).toBe(false);
  expect(llamactl.get('a').stats).toBeNull();
  expect(lab.moves).toEqual([
    'a: null > stopped',
    'a: stopped > starting',
    'a: starting > running',
    'a: running > stopping',
    'a: stopping > stopped',
  ]);
});

test('what a state does not allow is refused with a conflict', async () => {
  await using lab = await openLab();
  const { llamactl } = lab;
  await lab.create('a');
  await expect(llamactl.stop('a')).rejects.toMatchObject({ code: 'INSTANCE_NOT_RUNNING' });
  await llamactl.start('a');
  await expect(llamactl.remove('a')).rejects.toMatchObject({ code: 'INSTANCE_NOT_STOPPED' });
  await llamactl.waitForStatus('a', 'running', within);
  await expect(llamactl.start('a')).rejects.toMatchObject({ code: 'INSTANCE_ALREADY_RUNNING' });
  await expect(llamactl.remove('a')).rejects.toMatchObject({ code: 'INSTANCE_NOT_STOPPED' });
  await llamactl.stop('a');
  await expect(llamactl.start('a')).rejects.toMatchObject({ code: 'INSTANCE_STOPPING' });
  await llamactl.waitForStatus('a', 'stopped', within);
  await llamactl.remove('a');
  expect(llamactl.list()).toEqual([]);
  expect(() => llamactl.get('a')).toThrow(expect.objectContaining({ code: 'INSTANCE_NOT_FOUND' }));
});

test('C3: a delete is refused in every state with a process, and the instance stays', async () => {
  await using lab = await openLab();
  const { llamactl } = lab;
  await lab.create('a');
  const refused = { code: 'INSTANCE_NOT_STOPPED' };
  await llamactl.start('a');
  await expect(llamactl.remove('a')).rejects.toMatchObject(refused);
  await llamactl.waitForStatus('a', 'running', within);
  await expect(llamactl.remove('a')).rejects.toMatchObject(refused);
  await llamactl.stop('a');
  await expect(llamactl.remove('a')).rejects.toMatchObject(refused);
  await llamactl.waitForStatus('a', 'stopped', within);
  await llamactl.remove('a');
  expect(llamactl.list()).toEqual([]);
});

test('C1: 50 starts at once spawn once', async () => {
  await using lab = await openLab();
  await lab.create('a');
  const started = await Promise.all(Array.from({ length: 50 }, () => lab.llamactl.start('a')));
  expect(new Set(started.map((instance) => instance.pid)).size).toBe(1);
  await lab.llamactl.waitForStatus('a', 'running', within);
  expect(lab.moves.filter((move) => move.endsWith('> starting'))).toHaveLength(1);
});

test('C7: 50 creates of one name, in any case, make one instance', async () => {
  await using lab = await openLab();
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) => lab.create(i % 2 ? 'Model' : 'mODEL')),
  );
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason.code).toBe('INSTANCE_EXISTS');
  }
  expect(lab.llamactl.get('MODEL').name).toBe(lab.llamactl.list()[0]?.name);
});

test('100 creates without a port get 100 ports', async () => {
  await using lab = await openLab();
  await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      lab.llamactl.create({ name: `i${i}`, model_path: lab.model }),
    ),
  );
  expect(new Set(lab.llamactl.list().map((instance) => instance.port)).size).toBe(100);
});

test('a stop during loading cancels it', async () => {
  await using lab = await openLab({ backend: 'never-ready' });
  await lab.create('a');
  const { pid } = await lab.llamactl.start('a');
  await lab.llamactl.stop('a');
  await lab.llamactl.waitForStatus('a', 'stopped', within);
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(lab.moves.slice(1)).toEqual([
    'a: stopped > starting',
    'a: starting > stopping',
    'a: stopping > stopped',
  ]);
});

test('C6: an update while it runs merges, keeps the port, and shows in the arguments of the next start', async () => {
  await using lab = await openLab();
  const { llamactl } = lab;
  const { port } = await lab.run('a', 'running', { options: { threads: 1, parallel: 2 } });
  const argv = async (): Promise<string[]> =>
    (await fetch(`http://127.0.0.1:${port}/_args`)).json() as Promise<string[]>;
  const first = await argv();
  expect(first.join(' ')).toMatch(/--threads 1\b/);

  const { instance, restart_required } = await llamactl.update('a', {
    options: { context_size: 0, parallel: null },
  });
  expect(restart_required).toBe(true);
  expect(instance.options).toEqual({ threads: 1, context_size: 0 });
  expect(instance.port).toBe(port);
  expect(await argv()).toEqual(first);

  await llamactl.restart('a');
  await llamactl.waitForStatus('a', 'stopped', within);
  await llamactl.waitForStatus('a', 'running', within);
  const second = (await argv()).join(' ');
  expect(second).toMatch(/--threads 1\b/);
  expect(second).toMatch(/--ctx-size 0\b/);
  expect(second).not.toMatch(/--parallel/);
});

test('definitions and logs outlive the app when there is a data folder', async () => {
  await using lab = await openLab();
  const dataDir = `${lab.dir}/data`;
  {
    await using first = await openLab({ dataDir });
    await first.run('Kept', 'running', { model_path: lab.model, options: { threads: 0 } });
  }
  await using second = await openLab({ dataDir });
  expect(second.llamactl.get('kept')).toMatchObject({
    name: 'Kept',
    status: 'stopped',
    options: { threads: 0 },
  });
  const messages = (await second.llamactl.logs('kept')).map((entry) => entry.message);
  expect(messages.join('\n')).toContain('listening on http://127.0.0.1:');
});

test('a second Llamactl on the same data folder is refused', async () => {
  await using lab = await openLab();
  const dataDir = `${lab.dir}/data`;
  await using _first = await openLab({ dataDir });
  await expect(openLab({ dataDir })).rejects.toMatchObject({
    code: 'DATA_DIR_LOCKED',
    message: expect.stringContaining(String(process.pid)),
  });
});

test('after disposal every process is gone and nothing can be started', async () => {
  await using lab = await openLab();
  const { pid } = await lab.run('a');
  await lab.create('b');
  await lab.llamactl.dispose();
  expect(isAlive(pid ?? 0)).toBe(false);
  await expect(lab.llamactl.start('b')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('health looks at process, port and answer', async () => {
  await using lab = await openLab();
  await lab.create('a');
  expect(await lab.llamactl.health('a')).toMatchObject({
    status: 'stopped',
    checks: { process: 'stopped', port: 'closed', response: 'none' },
  });
  await lab.llamactl.start('a');
  const { pid } = await lab.llamactl.waitForStatus('a', 'running', within);
  expect(await lab.llamactl.health('a')).toMatchObject({
    status: 'healthy',
    checks: { process: 'running', port: 'open', response: 'ok' },
  });
  process.kill(pid ?? 0, 'SIGKILL');
  await lab.llamactl.waitForStatus('a', 'failed', within);
  expect((await lab.llamactl.health('a')).status).toBe('unhealthy');
});

test('a backend runs in a private folder, not in the one that the app was started in', async () => {
  await using lab = await openLab();
  const { pid } = await lab.run('a');
  const folder = readlinkSync(`/proc/${pid}/cwd`);
  expect(folder).not.toBe(process.cwd());
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
