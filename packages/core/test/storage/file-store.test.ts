import { randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnProgram, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createFileStore } from '../../src/storage/file-store.js';
import { buildProgram } from '../build-program.js';
import { definition } from './definition.js';
import { smallDisk } from './small-disk.js';
import { describeInstanceStore } from './store-conformance.js';

describeInstanceStore('a file store', async () => {
  const dir = await tempDir();
  const path = join(dir.path, 'data', 'instances');
  return {
    store: createFileStore(path),
    reopen: async () => createFileStore(path),
    [Symbol.asyncDispose]: () => dir.remove(),
  };
});

test('lets nobody else read what it keeps', async () => {
  await using dir = await tempDir();
  const path = join(dir.path, 'data');
  await createFileStore(path).put(definition('A'));
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect(await readdir(path)).toEqual(['instance-a.json']);
  expect((await stat(join(path, 'instance-a.json'))).mode & 0o777).toBe(0o600);
});

test('B1: a manager killed at any moment loses no acknowledged change, and leaves no half one', async () => {
  await using program = await buildProgram(new URL('put-forever.ts', import.meta.url));
  await using dir = await tempDir();
  for (let round = 0; round < 25; round++) {
    await using manager = await spawnProgram(process.execPath, [program.file, dir.path]);
    await manager.waitForLine(/^c \d+ done$/);
    await delay(randomInt(40));
    await manager.kill('SIGKILL');
    const store = createFileStore(dir.path);
    const found = new Map((await store.load()).map((one) => [one.name, one.port]));
    expect(store.problems()).toEqual([]);
    for (const name of ['a', 'b', 'c']) {
      const { begun, done } = lastChange(manager.stdout, name);
      expect([done, begun]).toContain(found.get(name));
    }
    expect((await readdir(dir.path)).sort()).toEqual(
      ['a', 'b', 'c'].map((name) => `instance-${name}.json`),
    );
  }
});

/** The last change that was acknowledged, and the last that was begun. */
function lastChange(output: string, name: string) {
  const last = (pattern: RegExp) => Number([...output.matchAll(pattern)].at(-1)?.[1]);
  return {
    begun: last(new RegExp(`^${name} (\\d+)$`, 'gm')),
    done: last(new RegExp(`^${name} (\\d+) done$`, 'gm')),
  };
}

test('whoever opens it is told of each definition that cannot be read', async () => {
  await using dir = await tempDir();
  await writeFile(join(dir.path, 'instance-my-model.json'), '{');
  const told: [string, unknown][] = [];
  const store = createFileStore(dir.path, {
    onUnreadable: (name, error) => told.push([name, error]),
  });
  expect(await store.load()).toEqual([]);
  expect(told).toEqual([['my-model', expect.objectContaining({ message: expect.any(String) })]]);
});

test('an error for clients names no folder and holds no text of the system', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'file');
  await writeFile(file, '');
  const error = await createFileStore(join(file, 'instances'))
    .put(definition('a'))
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  expect(error).toMatchObject({ code: 'STORAGE_ERROR', cause: { code: 'ENOTDIR' } });
  expect(JSON.stringify(error)).not.toMatch(new RegExp(`${dir.path}|ENOTDIR|mkdir`));
});

test('B7: moves broken files aside, says so, and loads the others', async () => {
  await using dir = await tempDir();
  const store = createFileStore(dir.path);
  await store.put(definition('good'));
  const whole = await readFile(join(dir.path, 'instance-good.json'), 'utf8');
  const broken = {
    'instance-empty.json': '',
    'instance-half.json': whole.slice(0, whole.length / 2),
    'instance-list.json': '[]',
    'instance-other-name.json': whole,
    'instance-no-version.json': whole.replace('"version": 1', '"versio": 1'),
    'instance-bad-port.json': whole.replace('8081', '808100').replace('"good"', '"bad-port"'),
  };
  for (const [name, text] of Object.entries(broken)) await writeFile(join(dir.path, name), text);
  await mkdir(join(dir.path, 'instance-folder.json'));
  await writeFile(join(dir.path, 'instance-good.json.0a1b2c.tmp'), 'left by a crash');
  await writeFile(join(dir.path, 'notes.txt'), 'of somebody else');

  expect(await store.load()).toEqual([definition('good')]);
  const problems = store.problems();
  expect(problems.map(({ reason }) => reason).sort()).toEqual([
    expect.stringMatching(/^instance-bad-port.json could not be used: port: /),
    'instance-empty.json could not be used: it is not a JSON object',
    'instance-half.json could not be used: it is not a JSON object',
    'instance-list.json could not be used: its version is not a number that exists',
    'instance-no-version.json could not be used: its version is not a number that exists',
    'instance-other-name.json could not be used: it holds the definition of good',
  ]);
  for (const { file } of problems) {
    const [, name = ''] = /([^/]+)\.corrupt-/.exec(file) ?? [];
    expect(await readFile(file, 'utf8')).toBe(broken[name as keyof typeof broken]);
  }
  const left = await readdir(dir.path);
  expect(left.filter((name) => !name.includes('.corrupt-')).sort()).toEqual([
    'instance-folder.json',
    'instance-good.json',
    'notes.txt',
  ]);
  expect(await store.load()).toEqual([definition('good')]);
  expect(store.problems()).toEqual([]);
});

test('B7: loads every other definition whatever byte of one is flipped', async () => {
  await using dir = await tempDir();
  const store = createFileStore(dir.path);
  await store.put(definition('good'));
  await store.put(definition('bad'));
  const file = join(dir.path, 'instance-bad.json');
  const whole = await readFile(file);
  for (let round = 0; round < 500; round++) {
    const flipped = Buffer.from(whole);
    const at = randomInt(flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << randomInt(8));
    await writeFile(file, flipped);
    const loaded = await store.load().catch((error: unknown) => error);
    if (Array.isArray(loaded)) {
      expect(loaded).toContainEqual(definition('good'));
      expect(loaded.length + store.problems().length).toBe(2);
    } else {
      // The version became another digit.
      expect(loaded).toMatchObject({
        code: 'STORAGE_ERROR',
        message: expect.stringMatching('newer'),
      });
    }
  }
});

test('B12: refuses a folder of a newer release, and changes nothing in it', async () => {
  await using dir = await tempDir();
  const store = createFileStore(dir.path);
  await store.put(definition('a'));
  await writeFile(join(dir.path, 'instance-b.json'), '{"version":2,"something":"new"}');
  await writeFile(join(dir.path, 'instance-c.json'), 'broken');
  await writeFile(join(dir.path, 'instance-a.json.00.tmp'), 'left by a crash');
  const before = await contentOf(dir.path);
  await expect(store.load()).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
    message: expect.stringMatching(/instance-b\.json was written by a newer release \(version 2\)/),
  });
  expect(await contentOf(dir.path)).toEqual(before);
});

async function contentOf(dir: string): Promise<[string, string][]> {
  const names = (await readdir(dir)).sort();
  return await Promise.all(
    names.map(
      async (name): Promise<[string, string]> => [name, await readFile(join(dir, name), 'utf8')],
    ),
  );
}

test('B2: keeps the old definition when the disk is full, and says so', async (context) => {
  await using disk = await smallDisk(context, 64_000);
  const store = createFileStore(disk.path);
  await store.put(definition('a'));
  await expect(writeFile(join(disk.path, 'filling'), 'x'.repeat(100_000))).rejects.toThrow();
  const large = definition('a', { extra_args: ['x'.repeat(60_000)] });
  await expect(store.put(large)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  await expect(store.put(definition('b'))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  expect(await store.load()).toEqual([definition('a')]);
  expect((await readdir(disk.path)).sort()).toEqual(['filling', 'instance-a.json']);
  await store.delete('a');
  expect(await store.load()).toEqual([]);
});

test('says to its owner, at the start, which folder it cannot use', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'file');
  await writeFile(file, '');
  const store = createFileStore(join(file, 'data'));
  await expect(store.load()).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
    message: expect.stringContaining(join(file, 'data')),
    cause: { code: 'ENOTDIR' },
  });
});
