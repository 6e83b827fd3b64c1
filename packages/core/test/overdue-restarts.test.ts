import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { type Clock, systemClock } from '../src/support/clock.js';
import { type KeptHome, keptHome } from './kept-home.js';
import { deadlineMs } from './lab.js';

const within = { timeoutMs: deadlineMs };

/** For which what is due is due at once, so that nobody can be quicker. */
const clock: Clock = {
  now: Date.now,
  after(delayMs, action) {
    if (delayMs > 0) return systemClock.after(delayMs, action);
    process.nextTick(action);
    return () => {};
  },
};

/** Leaves `a`, whose restart falls due while there is no Llamactl, and `b`, which runs on and has to be taken over. */
async function leave({ open, dataDir, model }: KeptHome): Promise<void> {
  const llamactl = await open();
  for (const name of ['a', 'b']) {
    await llamactl.create({ name, model_path: model, port: await freePort() });
    await llamactl.start(name);
    await llamactl.waitForStatus(name, 'running', within);
  }
  const failed = llamactl.waitForStatus('a', 'failed', within);
  process.kill(llamactl.get('a').pid ?? Number.NaN, 'SIGKILL');
  await failed;
  await llamactl.dispose();
  const file = join(dataDir, 'pasts', 'instance-a.json');
  const past = JSON.parse(await readFile(file, 'utf8')) as object;
  const next_restart_at = new Date(Date.now() - 60_000).toISOString();
  await writeFile(file, JSON.stringify({ ...past, failure: 'crashed', next_restart_at }));
}

it('who is added as soon as Llamactl is there is asked about restarts that were due before', async () => {
  await using home = await keptHome();
  await leave(home);
  const llamactl = await home.open({ clock, onShutdown: 'stop' });
  llamactl.beforeRestart(() => 'There is no room.');
  const calledOff = new Promise((resolve) => {
    llamactl.on('instance_updated', ({ instance }) => resolve(instance));
    llamactl.on('instance_status_changed', ({ instance }) => resolve(instance));
  });
  expect(await calledOff).toMatchObject({
    name: 'a',
    status: 'failed',
    last_exit: { reason: expect.stringMatching(/ It is not started again\. There is no room\.$/) },
  });
  await llamactl.dispose();
});

it('a restart that was due before goes on where nobody objects', async () => {
  await using home = await keptHome();
  await leave(home);
  const llamactl = await home.open({ clock, onShutdown: 'stop' });
  await llamactl.waitForStatus('a', 'starting', within);
  expect(await llamactl.waitForStatus('a', 'running', within)).toMatchObject({ restarts: 1 });
  await llamactl.dispose();
});
