import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createLlamactl } from '@llamactl/core';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createServer } from '../../src/create-server.js';
import { fail, succeed } from '../support/call.js';
import { startTestServer } from '../support/test-server.js';

const change = { body: { logs: { max_files: 4 }, metrics: { interval: 9 } } };

test('an embedded server shows what its app says, and keeps changes in the data folder', async () => {
  await using dir = await tempDir();
  const options = {
    port: 0,
    basePath: '/llm',
    dataDir: join(dir.path, 'data'),
    config: { metrics: { interval: 5 }, server: { allowed_hosts: ['a.example'] } },
  };
  await using first = await createServer(options);
  expect(await succeed(first.url, 'getConfig')).toMatchObject({
    server: { port: 0, base_path: '/llm', allowed_hosts: ['a.example'] },
    data_dir: options.dataDir,
    metrics: { interval: 5 },
  });
  expect(await succeed(first.url, 'updateConfig', change)).toMatchObject({
    changed: ['logs.max_files', 'metrics.interval'],
    overridden: [{ path: 'metrics.interval', by: 'app' }],
    restart_required: true,
  });
  expect(await readFile(join(options.dataDir, 'llamactl.yaml'), 'utf8')).toContain('max_files: 4');
  await first.close();
  await using second = await createServer(options);
  expect(await succeed(second.url, 'getConfig')).toMatchObject({
    logs: { max_files: 4 },
    metrics: { interval: 5 },
  });
});

test('without a data folder there is nowhere to keep a change', async () => {
  await using llamactl = await createLlamactl();
  await using server = await createServer({ port: 0, llamactl });
  const config = await succeed(server.url, 'getConfig');
  expect(config).not.toHaveProperty('data_dir');
  await succeed(server.url, 'updateConfig', { body: config });
  const refusal = await fail(server.url, 'updateConfig', 'CONFIG_NOT_KEPT', change);
  expect(refusal.details).toContain('data folder');
});

test('a data folder beside a core of the app is made for the file', async () => {
  await using dir = await tempDir();
  await using llamactl = await createLlamactl();
  const dataDir = join(dir.path, 'data');
  await using server = await createServer({ port: 0, llamactl, dataDir });
  await succeed(server.url, 'updateConfig', change);
  expect(await readFile(join(dataDir, 'llamactl.yaml'), 'utf8')).toContain('max_files: 4');
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('instances go on as they are through a change', async () => {
  await using at = await startTestServer();
  const { llamactl, url } = at.server;
  await llamactl.create({ name: 'a', model_path: at.model });
  await llamactl.start('a');
  await llamactl.waitForStatus('a', 'running');
  const { pid } = llamactl.get('a');
  await succeed(url, 'updateConfig', { body: { instances: { stop_timeout: 6 } } });
  expect(llamactl.get('a')).toMatchObject({ status: 'running', pid });
});

test.each([
  [{ config: { data_dir: 5 } }, 'data_dir'],
  [{ config: { server: { prot: 1 } } }, 'server.prot'],
  [{ port: -1 }, 'server.port'],
])('refuses %j with what is wrong', async (options, path) => {
  await expect(createServer(options as object)).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    message: expect.stringMatching(/^the app: /),
    issues: [expect.objectContaining({ path })],
  });
});
