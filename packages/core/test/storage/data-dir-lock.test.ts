import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SpawnedProgram, spawnProgram, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockDataDir } from '../../src/storage/data-dir-lock.js';
import { type BuiltProgram, buildProgram } from '../build-program.js';

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram(new URL('hold-lock.ts', import.meta.url));
});
afterAll(() => program[Symbol.asyncDispose]());

const answer = /^(held by (?<holder>\d+)|refused: .*pid (?<named>\d+)\.)$/;

/** Starts that many managers at once; gives them, and each one's answer. */
async function race(dir: string, count: number) {
  const managers = await Promise.all(
    Array.from({ length: count }, () => spawnProgram(process.execPath, [program.file, dir])),
  );
  const answers = await Promise.all(
    managers.map((manager) => manager.waitForLine(answer, { timeoutMs: 60_000 })),
  );
  const holders = answers.flatMap(({ groups }) => groups?.holder ?? []);
  const named = answers.flatMap(({ groups }) => groups?.named ?? []);
  return { managers, holders, named };
}

async function end(managers: readonly SpawnedProgram[]): Promise<void> {
  for (const manager of managers) await manager.killTree();
}

test('lets one have the folder at a time, and names it to the others', async () => {
  await using dir = await tempDir();
  const data = join(dir.path, 'data');
  const lock = await lockDataDir(data);
  await expect(lockDataDir(data)).rejects.toMatchObject({
    code: 'DATA_DIR_LOCKED',
    message: `The data folder ${data} is in use by the process with the pid ${process.pid}.`,
  });
  await lock.release();
  await lock.release();
  expect(await readdir(data)).toEqual([]);
  await using next = await lockDataDir(data);
  await lock.release();
  await expect(lockDataDir(data)).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
  expect(next).toBeDefined();
});

test('B9: of twenty at once exactly one gets the folder, again after each that was killed', async () => {
  await using dir = await tempDir();
  for (let round = 0; round < 3; round++) {
    const { managers, holders, named } = await race(dir.path, 20);
    try {
      expect(holders).toHaveLength(1);
      expect(new Set(named)).toEqual(new Set(holders));
      expect(await readdir(dir.path)).toEqual(['manager.lock']);
    } finally {
      await end(managers);
    }
  }
});

test('takes over from one that was killed while it took over from another', async () => {
  await using dir = await tempDir();
  const { managers } = await race(dir.path, 1);
  await end(managers);
  const lock = join(dir.path, 'manager.lock');
  const first = JSON.parse(await readFile(lock, 'utf8'));
  const second = { ...first, token: '0123456789abcdef' };
  await writeFile(`${lock}.after-${first.token}`, JSON.stringify(second));
  await writeFile(`${lock}.0123456789abcdef.tmp`, JSON.stringify(second));
  const next = await race(dir.path, 5);
  try {
    expect(next.holders).toHaveLength(1);
    expect(await readdir(dir.path)).toEqual(['manager.lock']);
  } finally {
    await end(next.managers);
  }
});

test.each([
  ['of a process that is gone', { pid: 2 ** 22 + 1 }],
  ['of a process whose pid is used again', { startedTicks: '1' }],
  ['from before a reboot', { bootId: '00000000-0000-0000-0000-000000000000' }],
])('takes over a lock %s', async (_, changes) => {
  await using dir = await tempDir();
  const lock = join(dir.path, 'manager.lock');
  const mine = await lockDataDir(dir.path);
  const owner = { ...JSON.parse(await readFile(lock, 'utf8')), ...changes };
  await mine.release();
  await writeFile(lock, JSON.stringify(owner));
  await using next = await lockDataDir(dir.path);
  expect(JSON.parse(await readFile(lock, 'utf8')).token).not.toBe(owner.token);
  expect(next).toBeDefined();
});

test.each(['', '{"pid":1', '{}', 'null'])('takes over a lock that holds %j', async (text) => {
  await using dir = await tempDir();
  await writeFile(join(dir.path, 'manager.lock'), text);
  await using next = await lockDataDir(dir.path);
  expect(next).toBeDefined();
  expect(await readdir(dir.path)).toEqual(['manager.lock']);
});

test('says when the folder cannot be made', async () => {
  await using dir = await tempDir();
  await writeFile(join(dir.path, 'file'), '');
  await expect(lockDataDir(join(dir.path, 'file', 'data'))).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
  });
  await mkdir(join(dir.path, 'manager.lock'));
  await expect(lockDataDir(dir.path)).rejects.toMatchObject({ code: 'STORAGE_ERROR' });
});
