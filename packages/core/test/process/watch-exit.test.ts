import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnProgram, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { identityOf } from '../../src/process/identity.js';
import { readProcess } from '../../src/process/process-table.js';
import { watchExit } from '../../src/process/watch-exit.js';

const gone = { pid: 2 ** 22 + 1, startedTicks: '', bootId: '' };
const nobody = { backend: gone, shim: gone };

test.for([
  ['0\n', { code: 0, signal: null }],
  ['1\n', { code: 1, signal: null }],
  ['128\n', { code: 128, signal: null }],
  ['137\n', { code: null, signal: 'SIGKILL' }],
  ['143\n', { code: null, signal: 'SIGTERM' }],
  ['255\n', { code: 255, signal: null }],
  ['13', { code: null, signal: null }],
  ['', { code: null, signal: null }],
  ['x\n', { code: null, signal: null }],
] as const)('of a run that is over the file tells: %j', async ([content, expected]) => {
  await using dir = await tempDir();
  await writeFile(join(dir.path, 'exit'), content);
  expect(await watchExit(dir.path, nobody)).toMatchObject(expected);
});

test('a FIFO that nobody writes to any more is not waited for', async () => {
  await using dir = await tempDir();
  await once(spawn('mkfifo', [join(dir.path, 'fifo')]), 'exit');
  expect(await watchExit(dir.path, nobody)).toMatchObject({ code: null, signal: null });
});

test('without a FIFO the processes themselves are looked at', async () => {
  await using dir = await tempDir();
  await using program = await spawnProgram('sleep', ['60']);
  const found = readProcess(program.pid);
  if (found === null) throw new Error('it ended');
  const watched = watchExit(dir.path, { backend: identityOf(found), shim: gone });
  await program.kill('SIGKILL');
  expect(await watched).toMatchObject({ code: null, signal: null });
});

test('what cannot be a FIFO or an exit file is no error', async () => {
  await using dir = await tempDir();
  await mkdir(join(dir.path, 'fifo'));
  await mkdir(join(dir.path, 'exit'));
  expect(await watchExit(dir.path, nobody)).toMatchObject({ code: null, signal: null });
});
