import { makeFakeCommand } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { fakeClock } from '../fake-clock.js';
import { deadlineMs, openLab } from '../lab.js';

const within = { timeoutMs: deadlineMs };

/** An instance that has crashed, and goes to its restart when it is told to. */
async function crashed() {
  const clock = fakeClock();
  const command = await makeFakeCommand('crashes-later', { crashAfterMs: 0 });
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const lab = await openLab({ clock, command, onWarning });
  await lab.run('a', 'failed');
  const goOn = () => {
    const { next_restart_at } = lab.llamactl.get('a');
    clock.advance(Date.parse(next_restart_at ?? '') - clock.now());
  };
  const dispose = () => lab[Symbol.asyncDispose]();
  return {
    llamactl: lab.llamactl,
    moves: lab.moves,
    warnings,
    goOn,
    [Symbol.asyncDispose]: dispose,
  };
}

it('is not started again when somebody objects, and says why', async () => {
  await using test = await crashed();
  const { llamactl } = test;
  const asked: unknown[] = [];
  llamactl.beforeRestart(() => null);
  llamactl.beforeRestart((restart) => {
    asked.push(restart);
    return Promise.resolve('There is no room.');
  });
  const updated = new Promise((resolve) => {
    llamactl.on('instance_updated', ({ instance }) => resolve(instance));
  });
  test.goOn();
  expect(await updated).toMatchObject({
    status: 'failed',
    failure: 'crashed',
    next_restart_at: null,
    last_exit: {
      code: 3,
      reason: expect.stringMatching(/ It is not started again\. There is no room\.$/),
    },
  });
  expect(asked).toEqual([{ name: 'a' }]);
  expect(test.warnings).toEqual(['"a" is not started again. There is no room.']);
  expect(llamactl.alerts()).toMatchObject([{ kind: 'instance_failed' }]);
  expect((await llamactl.start('a')).status).toBe('starting');
});

it('is started again when nobody objects any more, or who is asked breaks', async () => {
  await using test = await crashed();
  const { llamactl } = test;
  const withdraw = llamactl.beforeRestart(() => 'Never.');
  llamactl.beforeRestart(() => Promise.reject(new Error('broken')));
  llamactl.beforeRestart(() => {
    throw new Error('broken at once');
  });
  withdraw();
  const started = llamactl.waitForStatus('a', 'starting', within);
  test.goOn();
  expect(await started).toMatchObject({ restarts: 1 });
});
