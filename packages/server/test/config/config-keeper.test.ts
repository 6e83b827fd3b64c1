import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConfigInput, configFileSchema } from '@llamactl/contract';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createConfigKeeper } from '../../src/config/config-keeper.js';
import { readConfigFile } from '../../src/config/find-config-file.js';
import { silentLogger } from '../../src/log/logger.js';
import { fail, succeed } from '../support/call.js';
import { startFileServer } from '../support/file-server.js';

test('says until the next start that the server runs with other settings', async () => {
  await using at = await startFileServer('logs: { max_files: 3 }\n');
  const put = (body: ConfigInput) => succeed(at.url, 'updateConfig', { body });
  expect((await put({})).restart_required).toBe(false);
  expect((await put({ logs: { max_files: 4 } })).restart_required).toBe(true);
  expect((await put({})).restart_required).toBe(true);
  expect((await put({ logs: { max_files: 3 } })).restart_required).toBe(false);
  await writeFile(at.file, 'logs: { max_files: 5 }\n');
  expect(await put({})).toMatchObject({
    changed: [],
    restart_required: true,
    config: { logs: { max_files: 5 } },
  });
  await at.restart();
  expect((await put({})).restart_required).toBe(false);
});

test('works on the file as it is now, whoever has edited it', async () => {
  await using at = await startFileServer('logs: { max_files: 3 }\n');
  await writeFile(at.file, '# by hand\nmetrics: { interval: 9 }\n');
  const { config } = await succeed(at.url, 'updateConfig', { body: { logs: { max_files: 4 } } });
  expect(config).toMatchObject({ metrics: { interval: 9 }, logs: { max_files: 4 } });
  expect(await at.text()).toBe('# by hand\nmetrics: { interval: 9 }\nlogs:\n  max_files: 4\n');
});

test('says so when the file was broken by hand, and mends what it can', async () => {
  await using at = await startFileServer('logs: { max_files: 3 }\n');
  await writeFile(at.file, 'logs: { max_files: 0 }\n');
  const refusal = await fail(at.url, 'getConfig', 'STORAGE_ERROR');
  expect(refusal.error).toContain('logs.max_files must be a whole number from 1 to 100');
  expect(refusal.issues).toEqual([expect.objectContaining({ path: 'logs.max_files' })]);
  await fail(at.url, 'updateConfig', 'STORAGE_ERROR', { body: {} });
  await fail(at.url, 'updateConfig', 'VALIDATION_FAILED', { body: { metrics: { interval: 5 } } });
  await succeed(at.url, 'updateConfig', { body: { logs: { max_files: 6 } } });
  expect(await at.text()).toBe('logs: { max_files: 6 }\n');
  for (const text of ['logs: [', '- a', 'logs: *x']) {
    await writeFile(at.file, text);
    for (const id of ['getConfig', 'updateConfig'] as const) {
      const body = id === 'updateConfig' ? { logs: { max_files: 1 } } : undefined;
      const { error } = await fail(at.url, id, 'STORAGE_ERROR', { body });
      expect(error).not.toContain(at.dir);
    }
    expect(await at.text()).toBe(text);
  }
});

test('a memory budget is set, in bytes, and taken away again with null', async () => {
  await using at = await startFileServer('logs: { max_files: 3 }\n');
  const put = (memory_budget: number | null) => ({ body: { instances: { memory_budget } } });
  expect(await succeed(at.url, 'updateConfig', put(48_000_000_000))).toMatchObject({
    changed: ['instances.memory_budget'],
    restart_required: true,
    config: { instances: { memory_budget: 48_000_000_000 } },
  });
  await at.restart();
  expect(await succeed(at.url, 'updateConfig', put(null))).toMatchObject({
    changed: ['instances.memory_budget'],
    config: { instances: { memory_budget: null } },
  });
  await at.restart();
  expect(await succeed(at.url, 'getConfig')).toMatchObject({ instances: { memory_budget: null } });
  // Gigabytes, as somebody may take it for.
  await fail(at.url, 'updateConfig', 'VALIDATION_FAILED', put(48));
});

test('many changes at once all survive', async () => {
  await using at = await startFileServer('# kept\n');
  const bodies: ConfigInput[] = [
    { logs: { max_files: 9 } },
    { logs: { max_file_size: 90_000 } },
    { metrics: { interval: 9 } },
    { alerts: { disk_percent: 90 } },
    { alerts: { memory_percent: 91 } },
    { rate_limit: { regular: 900_000 } },
    { instances: { stop_timeout: 9 } },
  ];
  await Promise.all(bodies.map((body) => succeed(at.url, 'updateConfig', { body })));
  expect(await succeed(at.url, 'getConfig')).toMatchObject({
    logs: { max_files: 9, max_file_size: 90_000 },
    metrics: { interval: 9 },
    alerts: { disk_percent: 90, memory_percent: 91 },
    rate_limit: { regular: 900_000 },
    instances: { stop_timeout: 9 },
  });
  expect(await at.text()).toMatch(/^# kept\n/);
  expect((await readdir(at.dir)).sort()).toEqual(['data', 'llamactl.yaml']);
});

test('a value that cannot be edited without harm is told, and the file stays', async () => {
  const text = '? logs\n: ? max_files\n  : 3\n';
  await using at = await startFileServer(text);
  const refusal = await fail(at.url, 'updateConfig', 'STORAGE_ERROR', {
    body: { logs: { max_file_size: 70_000 } },
  });
  expect(refusal.error).toContain('llamactl.yaml');
  expect(await at.text()).toBe(text);
});

test('a change that somebody else outruns begins anew', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, 'logs: { max_files: 3 }\n');
  let looks = 0;
  const keeper = createConfigKeeper({
    source: {
      over: {},
      async locate() {
        looks += 1;
        // An editor saves after we have read and before we write.
        if (looks === 2) await writeFile(file, 'metrics: { interval: 9 }\n');
        return readConfigFile(file);
      },
    },
    running: configFileSchema.parse({}),
    logger: silentLogger,
    onChanged: () => {},
  });
  const { changed } = await keeper.update({ logs: { max_files: 4 } });
  expect(changed).toEqual(['logs.max_files']);
  expect(await readFile(file, 'utf8')).toBe('metrics: { interval: 9 }\nlogs:\n  max_files: 4\n');
});
