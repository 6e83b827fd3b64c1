import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { startRun } from '../src/process/start-run.js';
import { openLab } from './lab.js';

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
