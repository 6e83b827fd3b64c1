import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programSource } from '../../src/config/program-source.js';
import { readAtStart } from '../../src/config/read-at-start.js';
import { silentLogger } from '../../src/log/logger.js';
import { fail, succeed } from '../support/call.js';
import { startFileServer } from '../support/file-server.js';

const change = { body: { logs: { max_files: 4 } } };

test('a change makes the file in the data folder where there is none, and the next start reads it', async () => {
  await using at = await startFileServer(null);
  const { config } = await succeed(at.url, 'updateConfig', change);
  const file = join(at.dataDir, 'llamactl.yaml');
  expect(await readFile(file, 'utf8')).toBe(
    '# Settings of Llamactl. What is left out has its default.\nlogs:\n  max_files: 4\n',
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await at.restart();
  expect(await succeed(at.url, 'getConfig')).toEqual(config);
  expect((await succeed(at.url, 'updateConfig', change)).changed).toEqual([]);
});

test('a file that appears before it while the server runs counts from then on', async () => {
  await using at = await startFileServer(null);
  await writeFile(at.file, 'metrics: { interval: 9 }\n');
  await succeed(at.url, 'updateConfig', change);
  expect(await at.text()).toBe('metrics: { interval: 9 }\nlogs:\n  max_files: 4\n');
});

test('a file of the data folder that does not count is warned of', async () => {
  await using at = await startFileServer('logs: { max_files: 3 }\n');
  await writeFile(join(at.dataDir, 'llamactl.yaml'), 'logs: { max_files: 5 }\n');
  const warnings: string[] = [];
  const config = await readAtStart(sourceIn(at), {
    ...silentLogger,
    warn: (message) => warnings.push(message),
  });
  expect(config.logs.max_files).toBe(3);
  expect(warnings).toEqual([
    `${join(at.dataDir, 'llamactl.yaml')} is not read: ${at.file} comes first`,
  ]);
});

test('the file of the data folder cannot name another data folder', async () => {
  await using at = await startFileServer(null);
  const file = join(at.dataDir, 'llamactl.yaml');
  await writeFile(file, `data_dir: ${at.dataDir}\n`);
  await succeed(at.url, 'getConfig');
  await writeFile(file, 'data_dir: /elsewhere\n');
  await fail(at.url, 'getConfig', 'STORAGE_ERROR');
  await expect(readAtStart(sourceIn(at), silentLogger)).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: [expect.objectContaining({ path: 'data_dir' })],
  });
});

test('a named file that is gone is told, and the server goes on', async () => {
  await using at = await startFileServer(null);
  await mkdir(join(at.dir, 'etc'));
  const named = join(at.dir, 'etc', 'own.yaml');
  await writeFile(named, 'logs: { max_files: 3 }\n');
  await expect(
    readAtStart(sourceIn(at, join(at.dir, 'nowhere.yaml')), silentLogger),
  ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  expect((await readAtStart(sourceIn(at, named), silentLogger)).logs.max_files).toBe(3);
});

function sourceIn({ dir }: { dir: string }, named?: string) {
  const platform = {
    name: 'linux',
    environment: { XDG_DATA_HOME: join(dir, 'data') },
    homeFolder: dir,
    workingFolder: dir,
  };
  return programSource({ platform, named, flags: [] });
}
