import { readdirSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { freePort, isAlive, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import type { Llamactl } from '../src/index.js';
import { keptHome } from './kept-home.js';
import { deadlineMs } from './lab.js';

const within = { timeoutMs: deadlineMs };

async function run(llamactl: Llamactl, name: string, model_path: string, changes = {}) {
  await llamactl.create({ name, model_path, port: await freePort(), ...changes });
  await llamactl.start(name);
  return llamactl.waitForStatus(name, 'running', within);
}

/** The folder of the only run there is. */
async function onlyRunDir(dataDir: string): Promise<string> {
  const [name = '', ...more] = await readdir(join(dataDir, 'runs'));
  expect(more).toEqual([]);
  return join(dataDir, 'runs', name);
}

test('a run that was kept is taken over as it is: same process, port, uptime and log', async () => {
  await using home = await keptHome('real');
  const first = await home.open();
  const before = await run(first, 'a', home.model, { options: { threads: 1 } });
  const logs = await first.logs('a', { lines: 10_000 });
  await first.dispose();
  expect(isAlive(before.pid ?? 0)).toBe(true);

  await using second = await home.open({ onShutdown: 'stop' });
  const after = second.get('a');
  expect(after).toMatchObject({ status: 'running', pid: before.pid, port: before.port });
  expect(after.restarts).toBe(0);
  expect(after.stats?.uptime).toBeGreaterThanOrEqual(0);
  const kept = await second.logs('a', { lines: 10_000 });
  // A line that tells no time gets that of when it was read.
  const texts = (entries: LogEntry[]) => entries.map(({ seq, message }) => `${seq} ${message}`);
  expect(texts(kept).slice(0, logs.length)).toEqual(texts(logs));
  expect((await second.health('a')).status).toBe('healthy');

  const answer = await fetch(`http://127.0.0.1:${after.port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'Once', n_predict: 4 }),
  });
  expect(answer.status).toBe(200);
  await waitFor(async () => {
    const newest = await second.logs('a', { lines: 10_000 });
    return newest.length > kept.length && newest.every(({ seq }, i) => seq === i + 1);
  }, within);

  await second.stop('a');
  await second.waitForStatus('a', 'stopped', within);
  expect(second.get('a').last_exit).toMatchObject({ code: 0, reason: 'It was stopped as asked.' });
  expect(home.processes()).toEqual([]);
  expect(await readdir(join(home.dataDir, 'runs'))).toEqual([]);
});

test('a run that is taken over keeps its key', async () => {
  await using home = await keptHome('real');
  const first = await home.open({ backendAuth: 'run_key' });
  const { pid } = await run(first, 'a', home.model, { options: { threads: 1 } });
  const { key, port } = first.connection('a');
  expect(key).not.toBeNull();
  await first.dispose();
  const record = join(await onlyRunDir(home.dataDir), 'run.json');
  expect((await stat(record)).mode & 0o777).toBe(0o600);

  // What a later manager asks of instances counts from their next start.
  await using second = await home.open({ backendAuth: 'none', onShutdown: 'stop' });
  expect(second.get('a')).toMatchObject({ status: 'running', pid });
  expect((await second.health('a')).status).toBe('healthy');
  expect(second.connection('a')).toMatchObject({ key, port });
  const generate = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/completion`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ prompt: 'Once', n_predict: 1 }),
    });
  expect((await generate({})).status).toBe(401);
  expect((await generate({ authorization: `Bearer ${key}` })).status).toBe(200);
  const shown = JSON.stringify([second.list(), second.get('a'), await second.logs('a')]);
  expect(shown).not.toContain(key);
});

test('a run that is taken over keeps its address; another one counts from its next start', async () => {
  await using home = await keptHome();
  const first = await home.open();
  const { pid } = await run(first, 'a', home.model);
  await first.dispose();

  await using second = await home.open({ host: '127.0.0.2', onShutdown: 'stop' });
  expect(second.get('a')).toMatchObject({ status: 'running', pid });
  expect((await second.health('a')).status).toBe('healthy');
  expect(second.connection('a').host).toBe('127.0.0.1');
  await second.restart('a');
  const isAnew = ({ status, pid: now } = second.get('a')) => status === 'running' && now !== pid;
  await waitFor(isAnew, within);
  expect(second.connection('a').host).toBe('127.0.0.2');
  expect((await second.health('a')).status).toBe('healthy');
});

test('a run that is taken over can fail, and is started again', async () => {
  await using home = await keptHome();
  const first = await home.open();
  const { pid } = await run(first, 'a', home.model);
  await first.dispose();
  await using second = await home.open({ onShutdown: 'stop' });
  process.kill(pid ?? 0, 'SIGKILL');
  const failed = await second.waitForStatus('a', 'failed', within);
  expect(failed).toMatchObject({ failure: 'crashed', last_exit: { signal: 'SIGKILL' } });
  expect(failed.next_restart_at).not.toBeNull();
  const again = await second.waitForStatus('a', 'starting', within);
  expect(again).toMatchObject({ restarts: 1, next_restart_at: null });
});

test('B5: what ended while no manager was there is told with its exit code, by an event', async () => {
  await using home = await keptHome('crashes-later');
  const first = await home.open();
  const policy = { restart_policy: 'never' };
  const { port } = await run(first, 'a', home.model, policy);
  await run(first, 'b', home.model, policy).then(({ pid }) => {
    return first.dispose().then(() => process.kill(pid ?? 0, 'SIGKILL'));
  });
  await fetch(`http://127.0.0.1:${port}/_crash`, { method: 'POST' }).catch(() => undefined);
  await waitFor(() => home.processes().length === 0, within);

  const second = await home.open();
  expect(second.get('a')).toMatchObject({ status: 'failed', last_exit: { code: 3, signal: null } });
  expect(second.get('a').last_exit?.log_tail.join('\n')).toContain('a fault in the fake backend');
  expect(second.get('b').last_exit).toMatchObject({ code: null, signal: 'SIGKILL' });
  const replay = second.feed.since(second.feed.epoch, 0);
  expect(JSON.stringify(replay)).toContain('"previous_status":"running"');
  expect(
    second
      .alerts()
      .map(({ instance }) => instance)
      .sort(),
  ).toEqual(['a', 'b']);
  await second.dispose();

  // It stays so over further restarts of the manager.
  await using third = await home.open();
  expect(third.get('a')).toMatchObject({ failure: 'crashed', last_exit: { code: 3 } });
  expect(third.get('b')).toMatchObject({ failure: 'crashed', last_exit: { signal: 'SIGKILL' } });
  expect(await readdir(join(home.dataDir, 'runs'))).toEqual([]);
});

test('B11: one that loads is taken over loading, and gets what is left of its time', async () => {
  await using home = await keptHome('never-ready');
  const first = await home.open();
  await first.create({ name: 'a', model_path: home.model, port: await freePort() });
  const { pid } = await first.start('a');
  await first.dispose();
  const runDir = await onlyRunDir(home.dataDir);
  const record = JSON.parse(await readFile(join(runDir, 'run.json'), 'utf8'));
  record.started_at = new Date(Date.now() - 597_000).toISOString();
  await writeFile(join(runDir, 'run.json'), JSON.stringify(record));

  await using second = await home.open({ onShutdown: 'stop' });
  expect(second.get('a')).toMatchObject({ status: 'starting', pid });
  const failed = await second.waitForStatus('a', 'failed', within);
  expect(failed.failure).toBe('startup_timeout');
  expect(isAlive(pid ?? 0)).toBe(false);
});

test('B11: one that gets ready while no manager is there, or later, is running', async () => {
  await using home = await keptHome('ready-after');
  const first = await home.open();
  await first.create({ name: 'a', model_path: home.model, port: await freePort() });
  const { pid } = await first.start('a');
  await first.dispose();
  await using second = await home.open({ onShutdown: 'stop' });
  const running = await second.waitForStatus('a', 'running', within);
  expect(running.pid).toBe(pid);
});

test('B4: a stop that was interrupted is resumed, and a start that was to follow it follows', async () => {
  await using home = await keptHome('ignores-sigterm');
  const first = await home.open({ stopTimeoutMs: 1_500 });
  const a = await run(first, 'a', home.model);
  const b = await run(first, 'b', home.model);
  await first.stop('a');
  await first.restart('b');
  // Both are under way: the backend ignores SIGTERM.
  expect(first.list().map(({ status }) => status)).toEqual(['stopping', 'stopping']);
  await first.dispose();
  await using second = await home.open({ onShutdown: 'stop', stopTimeoutMs: 500 });
  await second.waitForStatus('a', 'stopped', within);
  expect(isAlive(a.pid ?? 0)).toBe(false);
  const again = await second.waitForStatus('b', 'running', within);
  expect(again.pid).not.toBe(b.pid);
  expect(isAlive(b.pid ?? 0)).toBe(false);
});

test('a process whose record or definition is gone is ended, one of another folder is not', async () => {
  await using home = await keptHome();
  await using other = await keptHome();
  const theirs = await other.open();
  const foreign = await run(theirs, 'a', other.model);
  const first = await home.open();
  for (const name of ['a', 'b']) await run(first, name, home.model);
  await first.dispose();
  for (const runDir of await readdir(join(home.dataDir, 'runs'))) {
    if (runDir.startsWith('a-')) await rm(join(home.dataDir, 'runs', runDir), { recursive: true });
  }
  await rm(join(home.dataDir, 'instances', 'instance-b.json'));
  await using second = await home.open();
  expect(home.processes()).toEqual([]);
  expect(second.list().map(({ name, status }) => [name, status])).toEqual([['a', 'stopped']]);
  expect(isAlive(foreign.pid ?? 0)).toBe(true);
  await theirs.dispose();
});

test('without a data folder nothing is kept, whatever is asked for', async () => {
  await using home = await keptHome();
  const llamactl = await home.open({ dataDir: undefined } as never);
  const { pid } = await run(llamactl, 'a', home.model);
  await llamactl.dispose();
  expect(isAlive(pid ?? 0)).toBe(false);
});

test('a Llamactl that leaves its runs running holds nothing of them open', async () => {
  await using home = await keptHome();
  const open = () => readdirSync('/proc/self/fd').length;
  const llamactl = await home.open();
  const before = open();
  for (const name of ['a', 'b', 'c']) await run(llamactl, name, home.model);
  expect(open()).toBeGreaterThan(before);
  await llamactl.dispose();
  await waitFor(() => open() <= before, within);
});
