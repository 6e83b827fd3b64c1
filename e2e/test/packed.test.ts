import { join } from 'node:path';
import { findLlamaServer, freePort, isAlive, makeTinyGguf, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InstalledApp, installedApp } from '../system/installed-app.js';
import { serve } from '../system/serve.js';

let app: InstalledApp;

beforeAll(async () => {
  app = await installedApp();
});
afterAll(() => app?.[Symbol.asyncDispose]());

test('ten lines with the installed core run and end a real llama-server', async () => {
  await using dir = await tempDir();
  const env = {
    MODEL: await makeTinyGguf(join(dir.path, 'tiny.gguf')),
    LLAMA_SERVER: (await findLlamaServer()).path,
    PORT: String(await freePort()),
  };
  const output = await app.run(
    `import { createLlamactl, llamaCpp } from '@llamactl/core';
    const { MODEL, LLAMA_SERVER, PORT } = process.env;
    const llamactl = await createLlamactl({ backends: { 'llama-cpp': llamaCpp({ command: LLAMA_SERVER }) } });
    await llamactl.create({ name: 'a', model_path: MODEL, port: Number(PORT), options: { threads: 1 } });
    await llamactl.start('a');
    const { pid, port } = await llamactl.waitForStatus('a', 'running');
    const { status } = await fetch('http://127.0.0.1:' + port + '/health');
    await llamactl.dispose();
    console.log(JSON.stringify({ pid, status }));`,
    env,
  );
  const { pid, status } = JSON.parse(output);
  expect(status).toBe(200);
  expect(pid).toBeGreaterThan(1);
  expect(isAlive(pid)).toBe(false);
});

test('the installed server serves, and the installed client drives it', async () => {
  await using system = await serve(join(app.path, 'node_modules/.bin/llamactl-server'));
  const output = await app.run(
    `import { ApiError, LlamactlClient } from '@llamactl/client';
    const { URL, MODEL } = process.env;
    const client = new LlamactlClient({ baseUrl: URL });
    await client.createInstance({ name: 'a', model_path: MODEL, options: { threads: 1 } });
    await client.startInstance('a');
    const { status } = await client.waitForStatus('a', 'running');
    await client.stopInstance('a');
    await client.waitForStatus('a', 'stopped');
    const error = await client.getInstance('b').catch((error) => error);
    console.log(JSON.stringify({ status, isApiError: error instanceof ApiError, code: error.code }));`,
    { URL: system.url, MODEL: system.model },
  );
  expect(JSON.parse(output)).toEqual({
    status: 'running',
    isApiError: true,
    code: 'INSTANCE_NOT_FOUND',
  });
  const files = ['openapi.json', 'asyncapi.json', 'docs', 'docs/swagger-ui-bundle.js'];
  for (const file of [...files, 'docs/swagger-ui.css']) {
    const { ok } = await fetch(`${system.url}/api/${file}`);
    expect({ file, ok }).toEqual({ file, ok: true });
  }
});
