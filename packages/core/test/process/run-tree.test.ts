import { spawnProgram, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { identityOf } from '../../src/process/identity.js';
import type { ProcessInfo } from '../../src/process/process-table.js';
import { createRunTree } from '../../src/process/run-tree.js';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';
import { fabricatedRun, info } from './fabricated-run.js';
import { livingOf, runFixture } from './run-fixture.js';

// Far above any pid there is, so that no environment is found.
const [shim, backend, child, other] = [50_000_000, 50_000_001, 50_000_002, 50_000_003];
const run = fabricatedRun({ pid: backend, shimPid: shim });
const shimInfo = info(shim, { pgid: shim });
const backendInfo = info(backend, { ppid: shim, pgid: shim });
const pidsOf = (entries: readonly ProcessInfo[]) => entries.map(({ pid }) => pid).toSorted();
const scan = (...table: ProcessInfo[]) => {
  const { members, helpers } = createRunTree(run).scan(table);
  return { members: pidsOf(members), helpers: pidsOf(helpers) };
};

test('members are the backend, its group, its session and all descendants; the shim is none', () => {
  const table = [
    shimInfo,
    backendInfo,
    info(child, { pgid: shim }),
    info(other, { pgid: 7, session: shim }),
    info(other + 1, { ppid: backend, pgid: 8 }),
    info(other + 2, { ppid: other + 1, pgid: 9 }),
    info(other + 3),
  ];
  expect(scan(...table)).toEqual({
    members: [backend, child, other, other + 1, other + 2],
    helpers: [shim],
  });
});

test('the dead are left out', () => {
  const dead = [
    info(child, { ppid: backend, state: 'Z' }),
    info(other, { pgid: shim, state: 'X' }),
  ];
  expect(scan(shimInfo, backendInfo, ...dead).members).toEqual([backend]);
});

test('a group that another process leads by now is not the run’s', () => {
  const stranger = info(shim, { pgid: shim, startedTicks: '99' });
  expect(scan(stranger, info(child, { pgid: shim, ppid: shim }))).toEqual({
    members: [],
    helpers: [],
  });
});

test('a group without a leader is the run’s only while the backend is there', () => {
  const member = info(child, { pgid: shim });
  expect(scan(backendInfo, member).members).toEqual([backend, child]);
  if (process.platform === 'linux') expect(scan(member).members).toEqual([]);
});

test('a shim that waits to be reaped still vouches for its group', () => {
  const zombie = { ...shimInfo, state: 'Z' };
  expect(scan(zombie, info(child, { pgid: shim }))).toEqual({ members: [child], helpers: [] });
});

test('group 0, of the kernel and of what is outside of a container, is never the run’s', () => {
  const unknown = fabricatedRun({ pid: backend, shimPid: 0 });
  const table = [backendInfo, info(2, { pgid: 0, session: 0 }), info(1, { pgid: 0 })];
  expect(pidsOf(createRunTree(unknown).scan(table).members)).toEqual([backend]);
});

test('a descendant once seen is kept when its parents have gone', () => {
  const tree = createRunTree(run);
  const far = info(other, { ppid: child, pgid: 9 });
  tree.scan([shimInfo, backendInfo, info(child, { ppid: backend, pgid: 8 }), far]);
  expect(pidsOf(tree.scan([{ ...far, ppid: 1 }]).members)).toEqual([other]);
  expect(tree.scan([{ ...far, ppid: 1, startedTicks: '99' }]).members).toEqual([]);
});

test('nothing is of a run from before a reboot', () => {
  const old = fabricatedRun({
    pid: backend,
    shimPid: shim,
    identity: { ...run.identity, bootId: 'another' },
  });
  expect(createRunTree(old).scan([shimInfo, backendInfo]).members).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'what left group, session and parents is found by the token',
  async () => {
    await using runs = await runFixture();
    const started = await startRun(runs.shell('setsid sh -c "sleep 60 & exit" & wait'));
    await started.exited;
    await waitFor(() => livingOf(started).length === 1);
    expect(pidsOf(createRunTree(started).scan().members)).toEqual(livingOf(started));
    await stopRun(started, { timeoutMs: 0 });
  },
);

test('what the guard of a tied run starts is its own affair', async () => {
  await using runs = await runFixture();
  const started = await startRun(runs.spec('/bin/sleep', ['60'], { tied: true }));
  const { members, helpers } = createRunTree(started).scan();
  expect(pidsOf(members)).toEqual([started.pid]);
  expect(pidsOf(helpers)).toEqual([started.shim.pid, started.guard?.pid].toSorted());
  await stopRun(started, { timeoutMs: 0 });
});

test('this process is never a member, even of a run that started it', async () => {
  await using program = await spawnProgram('sleep', ['60']);
  const self = info(process.pid, { ppid: program.pid });
  const parent = info(program.pid);
  const mine = fabricatedRun({ pid: program.pid, shimPid: 1, identity: identityOf(parent) });
  expect(pidsOf(createRunTree(mine).scan([parent, self]).members)).toEqual([program.pid]);
});
