import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, isAlive, type SpawnedProgram, spawnProgram } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { readProcess } from '../src/process/process-table.js';
import { markStopping } from '../src/process/run-marks.js';
import { type RunRecord, readRunRecord, writeRunRecord } from '../src/process/run-record.js';
import { type KeptHome, keptHome } from './kept-home.js';
import { deadlineMs } from './lab.js';

const within = { timeoutMs: deadlineMs };

const unfinished = {
  pid: null,
  started_ticks: null,
  shim_pid: null,
  shim_started_ticks: null,
} as const;

/** Leaves running instances behind, whose records are changed as a killed manager may have left them. */
async function leave(
  home: KeptHome,
  changes: Partial<RunRecord>,
  definitions: Record<string, object> = { a: {} },
) {
  const llamactl = await home.open();
  for (const [name, definition] of Object.entries(definitions)) {
    await llamactl.create({ name, model_path: home.model, port: await freePort(), ...definition });
    await llamactl.start(name);
    await llamactl.waitForStatus(name, 'running', within);
  }
  const pid = llamactl.list()[0]?.pid ?? 0;
  await llamactl.dispose();
  const left = await readdir(join(home.dataDir, 'runs'));
  const [first] = await Promise.all(
    left.map(async (folder) => {
      const runDir = join(home.dataDir, 'runs', folder);
      const record = await readRunRecord(runDir);
      if (record === null) throw new Error('there is no record');
      await writeRunRecord(runDir, { ...record, ...changes }, false);
      return { runDir, record };
    }),
  );
  if (first === undefined) throw new Error('there is no run');
  return { pid, ...first };
}

test('B3: killed between spawn and confirmation: the process is found and taken over', async () => {
  await using home = await keptHome();
  const { pid } = await leave(home, unfinished);
  await using llamactl = await home.open({ onShutdown: 'stop' });
  expect(llamactl.get('a')).toMatchObject({ status: 'running', pid });
});

test('B3: killed before the pid was known: what runs is ended, and can be started again', async () => {
  await using home = await keptHome();
  const { pid, runDir } = await leave(home, unfinished);
  await unlink(join(runDir, 'pid'));
  await using llamactl = await home.open({ onShutdown: 'stop' });
  expect(isAlive(pid)).toBe(false);
  expect(llamactl.get('a').status).toBe('stopped');
  expect(await readdir(join(home.dataDir, 'runs'))).toEqual([]);
  await llamactl.start('a');
  await llamactl.waitForStatus('a', 'running', within);
});

test('B3: killed before or after the record was written: nothing is there, and nothing is started', async () => {
  await using home = await keptHome();
  const { runDir, pid } = await leave(home, unfinished);
  const record = await readFile(join(runDir, 'run.json'));
  const first = await home.open({ onShutdown: 'stop' });
  await first.dispose();
  expect(isAlive(pid)).toBe(false);
  for (const name of ['a-no-record', 'a-no-process']) {
    await mkdir(join(home.dataDir, 'runs', name), { recursive: true });
  }
  await writeFile(join(home.dataDir, 'runs', 'a-no-process', 'run.json'), record);
  await using second = await home.open();
  expect(second.get('a')).toMatchObject({ status: 'stopped', pid: null });
  expect(await readdir(join(home.dataDir, 'runs'))).toEqual([]);
});

test('B16: after a reboot every run is closed; what is to start by itself does, one after the other', async () => {
  await using home = await keptHome();
  const changes = { boot_id: '00000000-0000-0000-0000-000000000000' };
  await leave(home, changes, {
    plain: {},
    always: { restart_policy: 'always' },
    auto: { autostart: true },
  });
  for (const pid of home.processes()) process.kill(pid, 'SIGKILL');
  await using llamactl = await home.open({ onShutdown: 'stop', startParallelism: 1 });
  expect(llamactl.get('plain')).toMatchObject({
    status: 'stopped',
    failure: null,
    last_exit: { code: null, reason: 'The machine was restarted while it ran.' },
  });
  for (const name of ['always', 'auto']) await llamactl.waitForStatus(name, 'running', within);
  expect(llamactl.get('plain').status).toBe('stopped');
  const moves = (llamactl.feed.since(llamactl.feed.epoch, 0) ?? []).flatMap((event) =>
    event.type === 'instance_status_changed'
      ? `${event.data.instance.name} ${event.data.instance.status}`
      : [],
  );
  expect(moves).toEqual(['always starting', 'always running', 'auto starting', 'auto running']);
});

test('B16: what was being stopped at a reboot stays stopped, and held, unless it was to be restarted', async () => {
  await using home = await keptHome();
  const changes = { boot_id: '00000000-0000-0000-0000-000000000000' };
  const always = { restart_policy: 'always' };
  await leave(home, changes, { stopped: always, restarted: {} });
  for (const pid of home.processes()) process.kill(pid, 'SIGKILL');
  const marks = {
    stopped: { restart: false, hold: true },
    restarted: { restart: true, hold: false },
  };
  for (const folder of await readdir(join(home.dataDir, 'runs'))) {
    const runDir = join(home.dataDir, 'runs', folder);
    const { instance } = (await readRunRecord(runDir)) ?? {};
    const mark = marks[instance as keyof typeof marks];
    await markStopping(runDir, { kill_at: new Date().toISOString(), within_ms: 0, ...mark });
  }
  await using llamactl = await home.open({ onShutdown: 'stop' });
  await llamactl.waitForStatus('restarted', 'running', within);
  expect(llamactl.get('stopped')).toMatchObject({
    status: 'stopped',
    held: true,
    next_restart_at: null,
  });
});

test('A15: of 200 forged identities none gets a process of somebody else signalled', async () => {
  await using home = await keptHome();
  const names = Array.from({ length: 10 }, (_, index) => `a${index}`);
  const { record } = await leave(home, {}, { a0: { restart_policy: 'never' } });
  for (const pid of home.processes()) process.kill(pid, 'SIGKILL');
  const llamactl = await home.open();
  for (const name of names.slice(1)) {
    await llamactl.create({ name, model_path: home.model, restart_policy: 'never' });
  }
  await llamactl.dispose();
  const strangers: SpawnedProgram[] = [];
  try {
    for (let count = 0; count < 10; count++) strangers.push(await spawnProgram('sleep', ['300']));
    for (let index = 0; index < 200; index++)
      await forge(home, record, { index, names, strangers });
    await using next = await home.open({ onShutdown: 'stop' });
    for (const { status } of next.list()) expect(['failed', 'stopped']).toContain(status);
    await next.stopAll({ force: true });
    expect(strangers.filter(({ pid }) => !isAlive(pid))).toEqual([]);
    for (const { pid } of strangers) expect(readProcess(pid)?.state).toBe('S');
  } finally {
    for (const stranger of strangers) await stranger.killTree();
  }
});

interface Forgery {
  readonly index: number;
  readonly names: readonly string[];
  readonly strangers: readonly SpawnedProgram[];
}

/** Leaves a record that points to a process which is not the run's, in one of several ways. */
async function forge(home: KeptHome, record: RunRecord, { index, names, strangers }: Forgery) {
  const instance = names[index % names.length] ?? '';
  const pid = strangers[Math.floor(index / names.length) % strangers.length]?.pid ?? 0;
  const ticks = readProcess(pid)?.startedTicks ?? '';
  const later = {
    started_ticks: `${Number(ticks) + 1}`,
    shim_started_ticks: `${Number(ticks) - 1}`,
  };
  const ways: Partial<RunRecord>[] = [
    { pid, shim_pid: pid, ...later },
    { pid, shim_pid: pid, started_ticks: ticks, shim_started_ticks: ticks, boot_id: 'another' },
    { pid, shim_pid: pid, started_ticks: '', shim_started_ticks: '' },
    unfinished,
    { pid: 1, shim_pid: 1, ...later },
    { pid: process.pid, shim_pid: process.ppid, ...later },
  ];
  const runDir = join(home.dataDir, 'runs', `${instance}-forged-${index}`);
  await mkdir(runDir, { recursive: true });
  const facts = { ...record.facts, generation: index + 10 };
  const forged = {
    ...record,
    instance,
    facts,
    token: `forged-${index}`,
    ...ways[index % ways.length],
  };
  await writeRunRecord(runDir, forged, false);
  await writeFile(join(runDir, 'pid'), `${pid}\n`);
}

test('a run whose record names another boot is closed, and ended if it lives all the same', async () => {
  await using home = await keptHome();
  const { pid } = await leave(home, { boot_id: 'another' });
  await using llamactl = await home.open();
  expect(isAlive(pid)).toBe(false);
  expect(llamactl.get('a')).toMatchObject({ status: 'stopped', pid: null });
});
