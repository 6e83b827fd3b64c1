import { freePort } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { fail, succeed } from '../support/call.js';
import { startTestServer } from '../support/test-server.js';

describe('batch operations', () => {
  it('start and stop all, and say at once what became of each', async () => {
    await using test = await startTestServer();
    const { llamactl, url } = test.server;
    expect(await succeed(url, 'startAllInstances')).toEqual({
      message: 'Start of all instances initiated',
      results: [],
    });
    for (const name of ['a', 'b', 'c']) {
      await llamactl.create({ name, model_path: test.model, port: await freePort() });
    }
    const started = await succeed(url, 'startAllInstances');
    expect(started.results).toEqual([
      { name: 'a', result: 'started' },
      { name: 'b', result: 'started' },
      { name: 'c', result: 'queued' },
    ]);
    for (const name of ['a', 'b', 'c']) {
      await llamactl.waitForStatus(name, 'running', { timeoutMs: 20_000 });
    }
    const stopped = await succeed(url, 'stopAllInstances');
    expect(stopped.results.map(({ result }) => result)).toEqual([
      'stopping',
      'stopping',
      'stopping',
    ]);
    for (const name of ['a', 'b', 'c']) {
      await llamactl.waitForStatus(name, 'stopped', { timeoutMs: 20_000 });
    }
    const again = await succeed(url, 'stopAllInstances');
    expect(again.results.map(({ result }) => result)).toEqual(['skipped', 'skipped', 'skipped']);
  });

  it('leave their names free for instances', async () => {
    await using test = await startTestServer();
    const { url } = test.server;
    const body = { name: 'start-all', model_path: test.model, port: await freePort() };
    await succeed(url, 'createInstance', { body });
    expect(await succeed(url, 'getInstance', { name: 'start-all' })).toMatchObject({
      name: 'start-all',
    });
    await succeed(url, 'deleteInstance', { name: 'start-all' });
    await fail(url, 'getInstance', 'INSTANCE_NOT_FOUND', { name: 'start-all' });
  });
});
