import { rm, writeFile } from 'node:fs/promises';
import { freePort, isAlive, makeFakeCommand, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { fakeClock } from './fake-clock.js';
import { keptHome } from './kept-home.js';
import { deadlineMs, type Lab, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

/** A lab whose backend crashes as soon as it is ready. */
async function crashLab() {
  const clock = fakeClock();
  const command = await makeFakeCommand('crashes-later', { crashAfterMs: 0 });
  const lab = await openLab({ clock, command });
  return { lab, clock };
}

function failed({ llamactl }: Lab) {
  return llamactl.waitForStatus('a', 'failed', within);
}

/** Moves the clock to the restart that is pending, and waits for its end. */
async function failAgain(lab: Lab, clock: ReturnType<typeof fakeClock>) {
  const started = lab.llamactl.waitForStatus('a', 'starting', within);
  const { next_restart_at } = lab.llamactl.get('a');
  clock.advance(Date.parse(next_restart_at ?? '') - clock.now());
  await started;
  return failed(lab);
}

test('A1: what crashes at once is started again after growing delays, four times, then given up with one alert', async () => {
  const { lab, clock } = await crashLab();
  await using _lab = lab;
  const { llamactl } = lab;
  const alerts: string[] = [];
  llamactl.on('system_alert', ({ kind, state }) => alerts.push(`${kind} ${state}`));
  await lab.create('a');
  expect((await llamactl.start('a')).status).toBe('starting');
  let instance = await failed(lab);
  for (const [restarts, secondsAhead] of [1, 2, 4, 8].entries()) {
    const aheadMs = Date.parse(instance.next_restart_at ?? '') - clock.now();
    expect(aheadMs).toBeGreaterThanOrEqual(secondsAhead * 800);
    expect(aheadMs).toBeLessThanOrEqual(secondsAhead * 1_200);
    expect(instance).toMatchObject({ failure: 'crashed', restarts, last_exit: { code: 3 } });
    instance = await failAgain(lab, clock);
  }
  expect(instance).toMatchObject({ failure: 'crash_loop', restarts: 4, next_restart_at: null });
  clock.advance(600_000);
  await llamactl.update('a', {});
  expect(lab.moves.filter((move) => move.endsWith('> starting'))).toHaveLength(5);
  expect(alerts).toEqual(['crash_loop raised']);
});

test('a stop calls a pending restart off, a start goes at once and counts anew', async () => {
  const { lab, clock } = await crashLab();
  await using _lab = lab;
  const { llamactl } = lab;
  await lab.create('a');
  await llamactl.start('a');
  await failed(lab);
  expect(await failAgain(lab, clock)).toMatchObject({ restarts: 1 });
  await llamactl.start('a');
  expect(await failed(lab)).toMatchObject({ restarts: 0, failure: 'crashed' });
  expect(await llamactl.stop('a')).toMatchObject({ status: 'stopped', next_restart_at: null });
  const moves = lab.moves.length;
  clock.advance(600_000);
  await llamactl.update('a', {});
  expect(lab.moves).toHaveLength(moves);
});

test('a policy of never calls a pending restart off, and the failure is told then', async () => {
  const { lab } = await crashLab();
  await using _lab = lab;
  await lab.create('a');
  await lab.llamactl.start('a');
  await failed(lab);
  expect(lab.llamactl.alerts()).toEqual([]);
  const { instance, restart_required } = await lab.llamactl.update('a', {
    restart_policy: 'never',
  });
  expect(instance).toMatchObject({ status: 'failed', next_restart_at: null });
  expect(restart_required).toBe(false);
  expect(lab.llamactl.alerts()).toMatchObject([{ kind: 'instance_failed' }]);
});

test('A27: an exit with 0 ends in stopped, or is a restart where the policy says always', async () => {
  const clock = fakeClock();
  await using lab = await openLab({ clock });
  const { pid } = await lab.run('a');
  process.kill(pid ?? 0, 'SIGTERM');
  const stopped = await lab.llamactl.waitForStatus('a', 'stopped', within);
  expect(stopped).toMatchObject({
    next_restart_at: null,
    last_exit: { code: 0, reason: 'It ended by itself with exit code 0.' },
  });
  await lab.llamactl.update('a', { restart_policy: 'always' });
  await lab.llamactl.start('a');
  const again = await lab.llamactl.waitForStatus('a', 'running', within);
  process.kill(again.pid ?? 0, 'SIGTERM');
  expect(await failed(lab)).toMatchObject({ failure: 'crashed', last_exit: { code: 0 } });
  clock.advance(1_200);
  await waitFor(() => lab.llamactl.get('a').status === 'running', within);
  expect(lab.llamactl.get('a').restarts).toBe(1);
});

test('what only a change can cure is not tried again', async () => {
  const clock = fakeClock();
  await using lab = await openLab({ clock, backend: 'exits-early' });
  const instance = await lab.run('a', 'failed');
  expect(instance).toMatchObject({ failure: 'bad_option', next_restart_at: null });
});

test('a pending restart and its budget outlive the manager', async () => {
  await using home = await keptHome('crashes-later');
  const clock = fakeClock();
  const first = await home.open({ clock });
  const crash = (port: number) =>
    fetch(`http://127.0.0.1:${port}/_crash`, { method: 'POST' }).catch(() => undefined);
  const { port } = await first.create({
    name: 'a',
    model_path: home.model,
    port: await freePort(),
  });
  await first.start('a');
  for (let count = 0; count < 3; count++) {
    await first.waitForStatus('a', 'running', within);
    const failedAgain = first.waitForStatus('a', 'failed', within);
    await crash(port);
    const { next_restart_at } = await failedAgain;
    if (count === 2) break;
    const started = first.waitForStatus('a', 'starting', within);
    clock.advance(Date.parse(next_restart_at ?? '') - clock.now());
    await started;
  }
  const before = first.get('a');
  expect(before).toMatchObject({ restarts: 2, failure: 'crashed' });
  await first.dispose();

  await using second = await home.open({ clock, onShutdown: 'stop' });
  const { stats: _stats, ...after } = second.get('a');
  expect({ ...after, stats: null }).toEqual(before);
  for (const failure of ['crashed', 'crash_loop']) {
    const running = new Promise((resolve) => {
      second.on('instance_status_changed', ({ instance }) => {
        if (instance.status === 'running') resolve(null);
      });
    });
    clock.advance(10_000);
    await running;
    const failedAgain = second.waitForStatus('a', 'failed', within);
    await crash(port);
    expect((await failedAgain).failure).toBe(failure);
  }
  expect(second.get('a').restarts).toBe(4);
});

test('what is to start by itself starts with the manager, so many at a time', async () => {
  await using home = await keptHome('ready-after');
  const first = await home.open({ onShutdown: 'stop' });
  for (const name of ['a', 'b', 'c', 'd']) {
    const autostart = name !== 'd';
    await first.create({ name, model_path: home.model, port: await freePort(), autostart });
  }
  expect(first.list().map(({ status }) => status)).toEqual(Array(4).fill('stopped'));
  await first.dispose();
  await using second = await home.open({ onShutdown: 'stop', startParallelism: 2 });
  let most = 0;
  second.on('instance_status_changed', () => {
    most = Math.max(most, second.list().filter(({ status }) => status === 'starting').length);
  });
  const isRunning = (name: string) => second.get(name).status === 'running';
  await waitFor(() => ['a', 'b', 'c'].every(isRunning), within);
  expect(most).toBeLessThanOrEqual(2);
  expect(second.get('d').status).toBe('stopped');
});

test('an autostart that is refused leaves the instance failed, and the others start', async () => {
  await using home = await keptHome();
  const first = await home.open();
  const model = `${home.model}-gone`;
  await writeFile(model, '');
  await first.create({ name: 'a', model_path: model, port: await freePort(), autostart: true });
  await first.create({
    name: 'b',
    model_path: home.model,
    port: await freePort(),
    autostart: true,
  });
  await first.dispose();
  await rm(model);
  await using second = await home.open({ onShutdown: 'stop' });
  await waitFor(() => second.get('b').status === 'running', within);
  expect(second.get('a')).toMatchObject({ status: 'failed', failure: 'model_missing' });
  expect(isAlive(second.get('b').pid ?? 0)).toBe(true);
});
