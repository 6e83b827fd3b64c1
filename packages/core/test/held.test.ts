import { freePort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { keptHome } from './kept-home.js';
import { deadlineMs } from './lab.js';

const within = { timeoutMs: deadlineMs };

test('what was stopped on purpose is held, also by the next manager, until it is started', async () => {
  await using home = await keptHome();
  const first = await home.open();
  for (const name of ['purpose', 'idle']) {
    await first.create({ name, model_path: home.model, port: await freePort() });
    await first.start(name);
    await first.waitForStatus(name, 'running', within);
    expect(first.get(name).held).toBe(false);
    await first.stop(name, { hold: name === 'purpose' });
    await first.waitForStatus(name, 'stopped', within);
  }
  await first.dispose();

  const second = await home.open();
  expect(second.list().map(({ name, held }) => [name, held])).toEqual([
    ['idle', false],
    ['purpose', true],
  ]);
  await second.start('purpose');
  await second.waitForStatus('purpose', 'running', within);
  expect(second.get('purpose').held).toBe(false);
  await second.dispose();

  await using third = await home.open({ onShutdown: 'stop' });
  expect(third.get('purpose')).toMatchObject({ status: 'running', held: false });
});

test('B4: a stop that the next manager finishes holds the instance as it was meant to', async () => {
  await using home = await keptHome('ignores-sigterm');
  const first = await home.open();
  for (const name of ['purpose', 'idle']) {
    await first.create({ name, model_path: home.model, port: await freePort() });
    await first.start(name);
    await first.waitForStatus(name, 'running', within);
    // Held by an earlier stop, as the folder of the past tells; a start has ended that.
    await first.stop(name, { force: true, hold: name === 'idle' });
    await first.waitForStatus(name, 'stopped', within);
    await first.start(name);
    await first.waitForStatus(name, 'running', within);
    await first.stop(name, { hold: name === 'purpose', timeoutMs: 60_000 });
  }
  expect(first.list().map(({ status }) => status)).toEqual(['stopping', 'stopping']);
  await first.dispose();

  const second = await home.open();
  const held = () => second.list().map(({ name, status, held }) => [name, status, held]);
  expect(held()).toEqual([
    ['idle', 'stopping', false],
    ['purpose', 'stopping', true],
  ]);
  for (const name of ['purpose', 'idle']) {
    await second.stop(name, { force: true, hold: false });
    await second.waitForStatus(name, 'stopped', within);
  }
  expect(held()).toEqual([
    ['idle', 'stopped', false],
    ['purpose', 'stopped', true],
  ]);
  await second.dispose();
});
