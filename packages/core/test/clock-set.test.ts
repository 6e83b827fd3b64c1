import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, makeFakeCommand, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { fakeClock } from './fake-clock.js';
import { type KeptHome, keptHome } from './kept-home.js';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };
const dayMs = 24 * 60 * 60 * 1_000;

/** Changes one JSON file of a data folder, as a manager would have written it by another clock. */
async function change(file: string, changes: object): Promise<void> {
  const before = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...before, ...changes }));
}

/** Opens a Llamactl that leaves its runs, with `a` running. */
async function begin(home: KeptHome) {
  const llamactl = await home.open();
  await llamactl.create({ name: 'a', model_path: home.model, port: await freePort() });
  await llamactl.start('a');
  const { pid } = await llamactl.waitForStatus('a', 'running', within);
  return { llamactl, pid: pid ?? Number.NaN };
}

test.each([
  ['ahead', dayMs],
  ['back', -dayMs],
])(
  'B15: a restart that is due shows when it comes, also once the clock is set %s',
  async (_, by) => {
    const clock = fakeClock();
    await using lab = await openLab({ clock });
    const { pid } = await lab.run('a');
    process.kill(pid ?? 0, 'SIGKILL');
    const { next_restart_at } = await lab.llamactl.waitForStatus('a', 'failed', within);
    clock.set(by);
    const shown = Date.parse(lab.llamactl.get('a').next_restart_at ?? '');
    expect(shown - Date.parse(next_restart_at ?? '')).toBe(by);
    clock.advance(shown - clock.now());
    await waitFor(() => lab.llamactl.get('a').status === 'running', within);
  },
);

test('B15: how long a run was stable is no matter of the clock on the wall', async () => {
  const clock = fakeClock();
  const command = await makeFakeCommand('crashes-later', { crashAfterMs: 600_000 });
  await using lab = await openLab({ clock, command });
  const { llamactl } = lab;
  await lab.run('a');
  const crash = async (setByMs: number) => {
    const { pid } = await llamactl.waitForStatus('a', 'running', within);
    clock.set(setByMs);
    process.kill(pid ?? 0, 'SIGKILL');
    const { next_restart_at } = await llamactl.waitForStatus('a', 'failed', within);
    const aheadMs = Date.parse(next_restart_at ?? '') - clock.now();
    clock.advance(aheadMs);
    await waitFor(() => llamactl.get('a').status !== 'failed', within);
    return aheadMs;
  };
  expect(await crash(0)).toBeLessThanOrEqual(1_200);
  // Not ready for a day, but for a moment.
  expect(await crash(dayMs)).toBeGreaterThanOrEqual(1_600);
  await llamactl.waitForStatus('a', 'running', within);
  clock.advance(60_000);
  expect(await crash(-dayMs)).toBeLessThanOrEqual(1_200);
});

test('B15: a stored restart that is a day ahead comes after its own delay at the latest', async () => {
  await using home = await keptHome();
  const { llamactl: first, pid } = await begin(home);
  process.kill(pid, 'SIGKILL');
  await first.waitForStatus('a', 'failed', within);
  await first.dispose();
  const next_restart_at = new Date(Date.now() + dayMs).toISOString();
  await change(join(home.dataDir, 'pasts', 'instance-a.json'), {
    failure: 'crashed',
    next_restart_at,
  });
  await using second = await home.open({ onShutdown: 'stop' });
  const shown = second.get('a').next_restart_at;
  if (shown !== null) expect(Date.parse(shown) - Date.now()).toBeLessThanOrEqual(1_200);
  await waitFor(() => second.get('a').status === 'running', within);
  expect(second.get('a').restarts).toBe(1);
});

test.each([
  ['the time that it was given', { within_ms: 500 }, 60_000],
  ['that of the settings, where none is stored', { within_ms: undefined }, 500],
])(
  'B15: a stored kill that is a day ahead comes after %s at the latest',
  async (_, more, stopTimeoutMs) => {
    await using home = await keptHome('ignores-sigterm');
    const { llamactl: first } = await begin(home);
    await first.stop('a', { timeoutMs: 60_000 });
    await first.dispose();
    const [run = ''] = await readdir(join(home.dataDir, 'runs'));
    const kill_at = new Date(Date.now() + dayMs).toISOString();
    await change(join(home.dataDir, 'runs', run, 'stop.json'), { kill_at, ...more });
    await using second = await home.open({ onShutdown: 'stop', stopTimeoutMs });
    await second.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
  },
);
