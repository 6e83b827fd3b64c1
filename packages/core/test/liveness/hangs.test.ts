import type { Alert, InstanceStatus } from '@llamactl/contract';
import { freePort, isAlive, makeFakeCommand, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { keptHome } from '../kept-home.js';
import { deadlineMs, type Lab, openLab } from '../lab.js';

const within = { timeoutMs: deadlineMs };
/** So often that a test need not wait, and seldom enough that the looks themselves cost a fake next to nothing. */
const quick = { healthIntervalMs: 100, hangTimeoutMs: 600 };

/** Every change of an alert about the health of an instance so far. */
function healthAlerts({ llamactl }: Lab): string[] {
  const changes: string[] = [];
  llamactl.on('system_alert', ({ kind, state, instance }: Alert) => {
    if (kind === 'instance_unhealthy') changes.push(`${instance} ${state}`);
  });
  return changes;
}

function post(port: number, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' });
}

/** Waits until it has been in a state once more. */
async function nextTime(lab: Lab, name: string, status: InstanceStatus): Promise<void> {
  const before = lab.moves.length;
  const isThere = () => lab.moves.slice(before).some((move) => move.endsWith(`> ${status}`));
  await waitFor(isThere, { ...within, message: `${name} to be ${status}` });
}

test.concurrent('A5: one that answers only /health is told as unhealthy, ended, and started again', {
  timeout: 90_000,
}, async () => {
  await using lab = await openLab({ backend: 'answers-only-health', ...quick });
  const alerts = healthAlerts(lab);
  const { pid } = await lab.run('a');
  await nextTime(lab, 'a', 'failed');
  expect(isAlive(pid ?? 0)).toBe(false);
  const { failure, last_exit, next_restart_at } = lab.llamactl.get('a');
  expect(failure).toBe('crashed');
  expect(last_exit?.reason).toMatch(/^It did not get on with its work and used no processor time/);
  expect(next_restart_at).not.toBe(null);
  expect(alerts).toEqual(['a raised', 'a cleared']);
  await nextTime(lab, 'a', 'running');
  expect(lab.llamactl.get('a').restarts).toBe(1);
});

test.concurrent('A5: one that shall never be started again is told as unhealthy, and left as it is', {
  timeout: 90_000,
}, async () => {
  await using lab = await openLab({ backend: 'answers-only-health', ...quick });
  const alerts = healthAlerts(lab);
  const { pid } = await lab.run('a', 'running', { restart_policy: 'never' });
  await waitFor(() => alerts.length > 0, within);
  expect(await lab.llamactl.health('a')).toMatchObject({
    status: 'unhealthy',
    checks: { process: 'running', port: 'open', response: 'stalled' },
  });
  expect(lab.llamactl.alerts()).toMatchObject([{ id: 'instance_unhealthy:a', severity: 'error' }]);
  await lab.llamactl.stop('a');
  await lab.llamactl.waitForStatus('a', 'stopped', within);
  expect(alerts).toEqual(['a raised', 'a cleared']);
  expect(isAlive(pid ?? 0)).toBe(false);
});

test.concurrent('A5: one that answers nothing any more is ended, also while it takes connections', {
  timeout: 90_000,
}, async () => {
  await using lab = await openLab({ backend: 'goes-silent', ...quick });
  const { port } = await lab.run('a');
  await post(port, '/_silence');
  await nextTime(lab, 'a', 'failed');
  expect(lab.llamactl.get('a').last_exit?.reason).toMatch(/^It gave no answer and used no proces/);
});

test.concurrent('A5: where none is to be ended for it, one that answers nothing is told of only', {
  timeout: 90_000,
}, async () => {
  await using lab = await openLab({ backend: 'goes-silent', ...quick, hangTimeoutMs: 0 });
  const alerts = healthAlerts(lab);
  const { pid, port } = await lab.run('a');
  await post(port, '/_silence');
  await waitFor(() => alerts.length > 0, within);
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'running', pid });
});

test.concurrent('A5: one that was taken over from an earlier manager is looked after too', {
  timeout: 90_000,
}, async () => {
  await using home = await keptHome('answers-only-health');
  const first = await home.open();
  await first.create({ name: 'a', model_path: home.model, port: await freePort() });
  await first.start('a');
  const { pid } = await first.waitForStatus('a', 'running', within);
  await first.dispose();
  await using second = await home.open({ ...quick, onShutdown: 'stop' });
  expect(second.get('a')).toMatchObject({ status: 'running', pid });
  const { failure } = await second.waitForStatus('a', 'failed', within);
  expect(failure).toBe('crashed');
  expect(isAlive(pid ?? 0)).toBe(false);
});

test.concurrent('A18: one that stands still is told after three looks, and well again once it goes on', {
  timeout: 90_000,
}, async () => {
  await using lab = await openLab({ healthIntervalMs: 100 });
  const alerts = healthAlerts(lab);
  const { pid } = await lab.run('a');
  process.kill(pid ?? 0, 'SIGSTOP');
  await waitFor(() => alerts.length === 1, within);
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'running', pid });
  process.kill(pid ?? 0, 'SIGCONT');
  await waitFor(() => alerts.length === 2, within);
  expect(alerts).toEqual(['a raised', 'a cleared']);
  expect((await lab.llamactl.health('a')).status).toBe('healthy');
});

test.concurrent('A5: one that works hard and hears nobody is left alone', {
  timeout: 90_000,
}, async () => {
  await using dir = await tempDir();
  const command = await makeFakeCommand('works-deaf', { dir: dir.path, delayMs: 2_000 });
  await using lab = await openLab({ command, ...quick });
  const alerts = healthAlerts(lab);
  const { pid, port } = await lab.run('a');
  expect((await post(port, '/_work')).status).toBe(200);
  expect(alerts).toEqual([]);
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'running', pid, restarts: 0 });
});

test.concurrent('A5: a real server that works without a pause is well all the time', {
  timeout: 90_000,
}, async () => {
  await using lab = await openLab({ backend: 'real', healthIntervalMs: 25, hangTimeoutMs: 50 });
  const alerts = healthAlerts(lab);
  const options = { threads: 1, context_size: 4096 };
  const { pid, port } = await lab.run('a', 'running', { options });
  const body = JSON.stringify({ prompt: 'Once upon a time', n_predict: 1_000, ignore_eos: true });
  const url = `http://127.0.0.1:${port}/completion`;
  const answers = await Promise.all([1, 2, 3].map(() => fetch(url, { method: 'POST', body })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  expect(alerts).toEqual([]);
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'running', pid, restarts: 0 });
});
