import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { startRun } from '../src/process/start-run.js';
import { openLab } from './lab.js';
import { smallDisk } from './storage/small-disk.js';

test('what a killed manager left running is ended before anything is started', async () => {
  await using home = await tempDir();
  const dataDir = join(home.path, 'data');
  const runDir = join(dataDir, 'runs', 'left');
  await mkdir(join(dataDir, 'runs'), { recursive: true });
  const { pid } = await startRun({
    launch: { file: '/bin/sleep', args: ['1000'], env: {} },
    runDir,
    logFile: join(dataDir, 'left.log'),
    instance: 'left',
    tied: false,
  });
  expect(isAlive(pid)).toBe(true);
  await using _lab = await openLab({ dataDir });
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(runDir)).toBe(false);
});

test('B7: a definition that cannot be read is told, and the others are there', async () => {
  await using home = await tempDir();
  const dataDir = join(home.path, 'data');
  {
    await using lab = await openLab({ dataDir });
    await lab.create('good');
    await lab.create('bad');
  }
  const folder = join(dataDir, 'instances');
  const file = (await readdir(folder)).find((name) => name.includes('bad')) ?? '';
  await writeFile(join(folder, file), 'half a fi');
  const warnings: string[] = [];
  await using lab = await openLab({ dataDir, onWarning: (message) => warnings.push(message) });
  expect(lab.llamactl.list().map(({ name }) => name)).toEqual(['good']);
  expect(warnings).toEqual([expect.stringContaining('bad')]);
});

test('B19: on a disk that becomes read-only definitions stay as they are and can be read, and changed later', async (context) => {
  await using disk = await smallDisk(context, 4_000_000);
  await using lab = await openLab({ dataDir: disk.path });
  const { llamactl } = lab;
  await lab.create('a', { options: { threads: 1 } });
  await disk.makeReadOnly(true);
  const error = { code: 'STORAGE_ERROR' };
  await expect(lab.create('b')).rejects.toMatchObject(error);
  await expect(llamactl.update('a', { options: { threads: 2 } })).rejects.toMatchObject(error);
  await expect(llamactl.remove('a')).rejects.toMatchObject(error);
  await expect(llamactl.start('a')).rejects.toMatchObject(error);
  expect(llamactl.list()).toMatchObject([{ name: 'a', options: { threads: 1 }, pid: null }]);
  await disk.makeReadOnly(false);
  await llamactl.update('a', { options: { threads: 2 } });
  await lab.create('b');
  await llamactl.start('a');
  await llamactl.waitForStatus('a', 'running', { timeoutMs: 30_000 });
});
