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

  it('stop all by force, or within a time, for who asks for it', async () => {
    const options = { config: { instances: { stop_timeout: 600 } } };
    await using test = await startTestServer(options, 'ignores-sigterm');
    const { llamactl, url } = test.server;
    await llamactl.create({ name: 'a', model_path: test.model, port: await freePort() });
    for (const body of [{ force: true }, { timeout: 0.1 }]) {
      await llamactl.start('a');
      await llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
      // The usual stop is under way, and is hurried.
      await succeed(url, 'stopAllInstances', { body: {} });
      const { results } = await succeed(url, 'stopAllInstances', { body });
      expect(results).toEqual([{ name: 'a', result: 'stopping' }]);
      await llamactl.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
      expect(llamactl.get('a').last_exit?.signal).toBe('SIGKILL');
    }
  });

  it.each([
    [{ timeout: -1 }, 'timeout'],
    [{ timeout: 3601 }, 'timeout'],
    [{ force: 'yes' }, 'force'],
    [{ forced: true }, 'forced'],
  ])('refuse to stop all like %j', async (body, path) => {
    await using test = await startTestServer();
    const { url } = test.server;
    const { issues } = await fail(url, 'stopAllInstances', 'VALIDATION_FAILED', { body });
    expect(issues?.map((issue) => issue.path)).toEqual([path]);
  });

  it('leave out what is sent to one that takes nothing', async () => {
    await using test = await startTestServer();
    const { results } = await succeed(test.server.url, 'startAllInstances', { body: { a: 1 } });
    expect(results).toEqual([]);
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
