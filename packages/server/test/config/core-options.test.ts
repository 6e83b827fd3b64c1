import { configFileSchema } from '@llamactl/contract';
import { freePort } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { backendAuthOf } from '../../src/config/core-options.js';
import { createServer } from '../../src/create-server.js';
import { succeed } from '../support/call.js';
import { startTestServer } from '../support/test-server.js';

describe('S16: the ports of instances', () => {
  it.each([
    [false, 'auto', 'none'],
    [false, 'none', 'none'],
    [false, 'run_key', 'run_key'],
    [true, 'auto', 'run_key'],
    [true, 'none', 'none'],
    [true, 'run_key', 'run_key'],
  ])('with auth.enabled: %s and backend_auth: %s ask for %s', (enabled, backend_auth, asked) => {
    const config = configFileSchema.parse({ auth: { enabled }, instances: { backend_auth } });
    expect(backendAuthOf(config)).toBe(asked);
  });

  it('may be reached from elsewhere when they ask for a key, and not otherwise', async () => {
    const instances = { host: '0.0.0.0' };
    await expect(createServer({ port: 0, config: { instances } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: expect.stringContaining('instances.backend_auth: run_key'),
    });
    const config = { instances: { ...instances, backend_auth: 'run_key' } } as const;
    await using server = await createServer({ port: 0, config });
    expect(server.llamactl.list()).toEqual([]);
  });

  it('have a key that no answer of the API has', async () => {
    await using test = await startTestServer({
      config: { instances: { backend_auth: 'run_key', stop_timeout: 5 } },
    });
    const { llamactl, url } = test.server;
    const port = await freePort();
    await llamactl.create({ name: 'a', model_path: test.model, port });
    await llamactl.start('a');
    await llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
    const { key } = llamactl.connection('a');
    const environment = await fetch(`http://127.0.0.1:${port}/_env`);
    expect(await environment.json()).toMatchObject({ LLAMA_API_KEY: key });
    const answers = [
      await succeed(url, 'listInstances'),
      await succeed(url, 'getInstance', { name: 'a' }),
      await succeed(url, 'getInstanceHealth', { name: 'a' }),
      await succeed(url, 'getInstanceLogs', { name: 'a' }),
      await succeed(url, 'getSystemStatus'),
      await succeed(url, 'getSystemInfo'),
    ];
    expect(JSON.stringify(answers)).not.toContain(key);
  });
});
