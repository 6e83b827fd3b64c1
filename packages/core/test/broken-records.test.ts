import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateInstance } from '@llamactl/contract';
import { freePort, isAlive, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { readRunRecord, writeRunRecord } from '../src/process/run-record.js';
import { type KeptHome, keptHome } from './kept-home.js';
import { deadlineMs } from './lab.js';

const within = { timeoutMs: deadlineMs };

/** Leaves one running, and says where its record is. */
async function leave(home: KeptHome, name: string, changes: Partial<CreateInstance> = {}) {
  const llamactl = await home.open();
  await llamactl.create({ name, model_path: home.model, port: await freePort(), ...changes });
  await llamactl.start(name);
  const { pid } = await llamactl.waitForStatus(name, 'running', within);
  await llamactl.dispose();
  const [folder = ''] = (await runsOf(home)).filter((each) => each.startsWith(`${name}-`));
  const runDir = join(home.dataDir, 'runs', folder);
  return { pid: pid ?? 0, folder, runDir, record: join(runDir, 'run.json') };
}

const runsOf = ({ dataDir }: KeptHome) => readdir(join(dataDir, 'runs'));

async function replace(file: string, from: string, to: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}

/** Opens one that notes its warnings. */
async function openWarned(home: KeptHome) {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  return { llamactl: await home.open({ onWarning, onShutdown: 'stop' }), warnings };
}

const newer = {
  code: 'STORAGE_ERROR',
  message: expect.stringContaining('newer release (version 2'),
};

test('B12: a run record of a newer release is refused, and nothing is touched', async () => {
  await using home = await keptHome();
  const left = await leave(home, 'a');
  const whole = await readFile(left.record, 'utf8');
  await replace(left.record, '"version": 1', '"version": 2');
  const damaged = join(home.dataDir, 'instances', 'instance-b.json');
  await writeFile(damaged, '{"na');
  await expect(home.open()).rejects.toMatchObject(newer);
  expect(isAlive(left.pid)).toBe(true);
  expect(await runsOf(home)).toEqual([left.folder]);
  expect(await readFile(damaged, 'utf8')).toBe('{"na');
  await writeFile(left.record, whole);
  await using next = await home.open({ onShutdown: 'stop' });
  expect(next.get('a')).toMatchObject({ status: 'running', pid: left.pid });
});

test('B12: how an instance ended, as a newer release wrote it, is refused, and nothing is touched', async () => {
  await using home = await keptHome();
  const { pid } = await leave(home, 'a');
  const past = join(home.dataDir, 'pasts', 'instance-b.json');
  await writeFile(past, '{"version":2,"more":true}');
  await expect(home.open()).rejects.toMatchObject(newer);
  expect(isAlive(pid)).toBe(true);
  expect(await readFile(past, 'utf8')).toBe('{"version":2,"more":true}');
});

test('B7: a run whose record is broken is ended and told, its record is moved aside, and its policy decides', async () => {
  await using home = await keptHome();
  const never = await leave(home, 'never', { restart_policy: 'never' });
  const again = await leave(home, 'again');
  const good = await leave(home, 'good');
  await truncate(never.record, 200);
  const record = await readRunRecord(again.runDir);
  if (record === null) throw new Error('there is no record');
  await writeRunRecord(again.runDir, { ...record, facts: { port: 'none' } }, false);

  const { llamactl, warnings } = await openWarned(home);
  await using second = llamactl;
  expect([never.pid, again.pid, good.pid].map(isAlive)).toEqual([false, false, true]);
  const reason = expect.stringContaining('The record of its run could not be read');
  const failed = { status: 'failed', failure: 'crashed', last_exit: { reason } };
  expect(second.get('never')).toMatchObject({ ...failed, next_restart_at: null });
  expect(second.get('good')).toMatchObject({ status: 'running', pid: good.pid });
  expect(second.alerts()).toMatchObject([{ id: 'instance_failed:never' }]);
  for (const { pid } of [never, again]) {
    expect(warnings).toContainEqual(expect.stringMatching(`was ended.*\\b${pid}\\b.*record`));
  }
  const aside = (await runsOf(home)).filter((each) => each.includes('.corrupt-')).sort();
  expect(aside.map((each) => each.split('.corrupt-')[0])).toEqual([again.folder, never.folder]);
  await waitFor(() => second.get('again').status === 'running', within);
  expect(second.get('again').last_exit?.reason).toEqual(reason);
  await second.dispose();

  // What was moved aside is no run, and the failure is told once only.
  const { llamactl: third, warnings: later } = await openWarned(home);
  expect(third.get('never')).toMatchObject(failed);
  expect(later).toEqual([]);
  await third.dispose();
  expect(await runsOf(home)).toEqual(expect.arrayContaining(aside));
});

test('B7: one whose definition cannot be read gets it back from the record of its run', async () => {
  await using home = await keptHome();
  const { pid } = await leave(home, 'a', { options: { threads: 3 } });
  const file = join(home.dataDir, 'instances', 'instance-a.json');
  await truncate(file, 100);
  const { llamactl, warnings } = await openWarned(home);
  await using second = llamactl;
  expect(second.get('a')).toMatchObject({ status: 'running', pid, options: { threads: 3 } });
  expect(warnings).toEqual([
    'The definition of "a" cannot be read',
    expect.stringMatching(/"a" has the definition again that its run was started with/),
  ]);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ definition: { name: 'a' } });
});

test('what is ended because it has no definition or no record any more is told', async () => {
  await using home = await keptHome();
  const undefinedOne = await leave(home, 'a');
  const recordless = await leave(home, 'b');
  await rm(join(home.dataDir, 'instances', 'instance-a.json'));
  await rm(recordless.runDir, { recursive: true });
  const { llamactl, warnings } = await openWarned(home);
  await using _second = llamactl;
  expect(warnings).toEqual([
    expect.stringMatching(`"a" was ended.*\\b${undefinedOne.pid}\\b.*no definition`),
    expect.stringMatching(`"b" was ended.*\\b${recordless.pid}\\b.*no record`),
  ]);
});
