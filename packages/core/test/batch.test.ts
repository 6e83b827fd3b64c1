import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchResult } from '@llamactl/contract';
import { isAlive, ownPorts, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, type Lab, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

async function createMany(lab: Lab, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `i${String(index).padStart(3, '0')}`);
  for (const name of names) await lab.llamactl.create({ name, model_path: lab.model });
  return names;
}

/** The most instances that were `starting` at one time, from now on. */
function watchLoading({ llamactl }: Lab): { readonly most: number } {
  const loading = new Set<string>();
  const seen = { most: 0 };
  llamactl.on('instance_status_changed', ({ instance: { name, status } }) => {
    if (status === 'starting') loading.add(name);
    else loading.delete(name);
    seen.most = Math.max(seen.most, loading.size);
  });
  return seen;
}

async function makeModel(path: string): Promise<string> {
  await writeFile(path, 'a fake backend does not read this');
  return path;
}

function allAre({ llamactl }: Lab, status: string): boolean {
  return llamactl.list().every((instance) => instance.status === status);
}

function namesWith(results: readonly BatchResult[], result: BatchResult['result']): string[] {
  return results.filter((entry) => entry.result === result).map(({ name }) => name);
}

test('C8: start-all with 100 instances loads at most 2 at a time, says so at once, and all run in the end', {
  timeout: 180_000,
}, async () => {
  await using lab = await openLab({ portRange: ownPorts() });
  const names = await createMany(lab, 100);
  const loading = watchLoading(lab);
  const results = await lab.llamactl.startAll();
  expect(results.map(({ name }) => name)).toEqual(names);
  // The first may have loaded by now, so that the third is on its way.
  const started = namesWith(results, 'started');
  expect(started.length).toBeGreaterThanOrEqual(2);
  expect(started.length).toBeLessThan(10);
  expect([...started, ...namesWith(results, 'queued')]).toEqual(names);
  for (const { name, result } of results) {
    expect(lab.llamactl.get(name).status === 'stopped').toBe(result === 'queued');
  }
  await waitFor(() => allAre(lab, 'running'), { timeoutMs: 150_000 });
  expect(loading.most).toBe(2);
  expect(new Set(lab.llamactl.list().map(({ pid }) => pid)).size).toBe(100);
  expect(namesWith(await lab.llamactl.startAll(), 'skipped')).toEqual(names);
});

test('C9: stop-all during start-all empties the queue, and all are stopped in the end', async () => {
  await using lab = await openLab({ portRange: ownPorts() });
  const names = await createMany(lab, 20);
  const pids: number[] = [];
  lab.llamactl.on('instance_status_changed', ({ instance }) => {
    if (instance.status === 'starting') pids.push(instance.pid ?? 0);
  });
  const starting = lab.llamactl.startAll();
  await waitFor(
    () => lab.llamactl.list().filter((i) => i.status === 'running').length >= 3,
    within,
  );
  await starting;
  const results = await lab.llamactl.stopAll();
  expect(namesWith(results, 'stopping').length).toBeGreaterThanOrEqual(3);
  expect([...namesWith(results, 'stopping'), ...namesWith(results, 'skipped')].sort()).toEqual(
    names,
  );
  await waitFor(() => allAre(lab, 'stopped'), within);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(pids.length).toBe(namesWith(results, 'stopping').length);
  // What would still start has been told by now: an operation of each instance comes after it.
  await Promise.allSettled(names.map((name) => lab.llamactl.update(name, {})));
  expect(allAre(lab, 'stopped')).toBe(true);
});

test('C9: stop-all in the same moment as start-all stops what was being tried', async () => {
  await using lab = await openLab({ portRange: ownPorts() });
  const names = await createMany(lab, 4);
  const [started, stopped] = await Promise.all([lab.llamactl.startAll(), lab.llamactl.stopAll()]);
  expect(namesWith(stopped, 'stopping')).toEqual(names.slice(0, 2));
  expect(namesWith(stopped, 'skipped')).toEqual(names.slice(2));
  expect(namesWith(started, 'queued')).toEqual([]);
  await waitFor(() => allAre(lab, 'stopped'), within);
});

test('a start that is refused makes room for the next, and is told with its code', async () => {
  await using lab = await openLab({ portRange: ownPorts() });
  const [missing = '', , , , , last = ''] = await createMany(lab, 6);
  for (const name of ['i000', 'i001', 'i002']) {
    const model_path = join(lab.dir, `${name}.gguf`);
    await lab.llamactl.update(name, { model_path: await makeModel(model_path) });
    await rm(model_path);
  }
  const results = await lab.llamactl.startAll();
  expect(results.slice(0, 3)).toEqual(
    ['i000', 'i001', 'i002'].map((name) => ({ name, result: 'error', code: 'MODEL_NOT_FOUND' })),
  );
  expect(results.slice(3, 5).map(({ result }) => result)).toEqual(['started', 'started']);
  await lab.llamactl.waitForStatus(last, 'running', within);
  expect(lab.llamactl.get(missing)).toMatchObject({ status: 'failed', failure: 'model_missing' });
});

test('a queued instance that is started, stopped or deleted by hand is left alone', async () => {
  await using lab = await openLab({ portRange: ownPorts(), backend: 'never-ready' });
  const [first = '', second = ''] = await createMany(lab, 6);
  const results = await lab.llamactl.startAll();
  expect(namesWith(results, 'queued')).toEqual(['i002', 'i003', 'i004', 'i005']);
  expect((await lab.llamactl.stop('i002')).status).toBe('stopped');
  await expect(lab.llamactl.stop('i002')).rejects.toMatchObject({ code: 'INSTANCE_NOT_RUNNING' });
  await lab.llamactl.remove('i003');
  await lab.llamactl.start('i004');
  await lab.llamactl.stop('i004');
  await lab.llamactl.waitForStatus('i004', 'stopped', within);
  for (const name of [first, second]) await lab.llamactl.stop(name);
  await lab.llamactl.waitForStatus('i005', 'starting', within);
  for (const name of [first, second]) {
    await lab.llamactl.waitForStatus(name, 'stopped', within);
  }
  expect(lab.llamactl.list().map(({ name, status }) => `${name} ${status}`)).toEqual([
    'i000 stopped',
    'i001 stopped',
    'i002 stopped',
    'i004 stopped',
    'i005 starting',
  ]);
  expect(lab.moves.filter((move) => move === 'i004: stopped > starting')).toHaveLength(1);
});

test('instances that were started by hand count as loading', async () => {
  await using lab = await openLab({ portRange: ownPorts(), backend: 'never-ready' });
  await createMany(lab, 4);
  await lab.llamactl.start('i003');
  const results = await lab.llamactl.startAll();
  expect(results.map(({ result }) => result)).toEqual(['started', 'queued', 'queued', 'skipped']);
  const again = await lab.llamactl.startAll();
  expect(again.map(({ result }) => result)).toEqual(['skipped', 'queued', 'queued', 'skipped']);
});

test('startParallelism bounds how many load', async () => {
  await using lab = await openLab({ portRange: ownPorts(), startParallelism: 3 });
  await createMany(lab, 8);
  const loading = watchLoading(lab);
  expect(namesWith(await lab.llamactl.startAll(), 'started').length).toBeGreaterThanOrEqual(3);
  await waitFor(() => allAre(lab, 'running'), within);
  expect(loading.most).toBe(3);
});

test('stop-all calls off a restart, and leaves a failure as it is', async () => {
  await using lab = await openLab({ portRange: ownPorts() });
  await lab.run('restarting');
  await lab.create('failed');
  await lab.run('running');
  const model = await makeModel(join(lab.dir, 'gone.gguf'));
  await lab.llamactl.update('failed', { model_path: model });
  await rm(model);
  await lab.llamactl.start('failed').catch(() => undefined);
  await lab.llamactl.restart('restarting');
  expect(await lab.llamactl.stopAll()).toEqual([
    { name: 'failed', result: 'skipped' },
    { name: 'restarting', result: 'stopping' },
    { name: 'running', result: 'stopping' },
  ]);
  await lab.llamactl.waitForStatus('running', 'stopped', within);
  await lab.llamactl.waitForStatus('restarting', 'stopped', within);
  await lab.llamactl.update('restarting', {});
  expect(lab.llamactl.list().map(({ status }) => status)).toEqual(['failed', 'stopped', 'stopped']);
});

test('those that are left out neither show up, nor start, nor stop, nor lose their place', async () => {
  await using lab = await openLab({ portRange: ownPorts(), backend: 'never-ready' });
  await createMany(lab, 4);
  const { llamactl } = lab;
  const started = await llamactl.startAll({ only: (name) => name !== 'i001' });
  expect(started).toEqual([
    { name: 'i000', result: 'started' },
    { name: 'i002', result: 'started' },
    { name: 'i003', result: 'queued' },
  ]);
  await llamactl.startAll();
  const stopped = await llamactl.stopAll({ only: (name) => ['i001', 'i002'].includes(name) });
  expect(stopped).toEqual([
    { name: 'i001', result: 'skipped' },
    { name: 'i002', result: 'stopping' },
  ]);
  await waitFor(() => llamactl.get('i003').status === 'starting', within);
  expect(llamactl.get('i000').status).toBe('starting');
  expect(llamactl.get('i001').status).toBe('stopped');
});

test('stop-all with force kills what ignores a request to end', async () => {
  await using lab = await openLab({
    portRange: ownPorts(),
    backend: 'ignores-sigterm',
    stopTimeoutMs: 60_000,
  });
  await lab.run('a');
  await lab.llamactl.stopAll();
  expect(await lab.llamactl.stopAll({ force: true })).toEqual([{ name: 'a', result: 'stopping' }]);
  await lab.llamactl.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
});

test('after disposal nothing queued is started', async () => {
  await using lab = await openLab({ portRange: ownPorts(), backend: 'never-ready' });
  await createMany(lab, 4);
  await lab.llamactl.startAll();
  await lab.llamactl.dispose();
  expect(lab.moves.filter((move) => move.endsWith('> starting'))).toHaveLength(2);
  await expect(lab.llamactl.startAll()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
