import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { modelBytes } from '../../../src/gateway/instances/model-bytes.js';

test('the size of a model is that of its file, or of all its parts, links followed', async () => {
  await using dir = await tempDir();
  const file = async (name: string, bytes: number) => {
    const path = join(dir.path, name);
    await writeFile(path, '');
    await truncate(path, bytes);
    return path;
  };
  expect(await modelBytes(await file('one.gguf', 3_000_000))).toBe(3_000_000);
  const first = await file('many-00001-of-00003.gguf', 5);
  await file('many-00002-of-00003.gguf', 7);
  expect(await modelBytes(first)).toBeNull();
  await symlink(await file('elsewhere', 11), join(dir.path, 'many-00003-of-00003.gguf'));
  expect(await modelBytes(first)).toBe(23);
});

test('what is no file has no size, and neither 0 nor that of a folder', async () => {
  await using dir = await tempDir();
  const folder = join(dir.path, 'model');
  await mkdir(folder);
  for (const path of [
    folder,
    join(folder, 'none'),
    join(folder, 'a-00001-of-99999.gguf'),
    'org/name',
  ])
    expect(await modelBytes(path)).toBeNull();
});
