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
