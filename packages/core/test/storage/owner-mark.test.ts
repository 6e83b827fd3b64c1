import { cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { ownerMark } from '../../src/storage/owner-mark.js';

test('a folder keeps its mark, also when it is moved; a copy and another folder have others', async () => {
  await using dir = await tempDir();
  const data = join(dir.path, 'data');
  await mkdir(data);
  const mark = await ownerMark(data);
  expect(mark).toMatch(/^[0-9a-f]{16}-$/);
  expect(await ownerMark(data)).toBe(mark);
  await cp(data, join(dir.path, 'copy'), { recursive: true });
  expect(await ownerMark(join(dir.path, 'copy'))).not.toBe(mark);
  await rename(data, join(dir.path, 'moved'));
  expect(await ownerMark(join(dir.path, 'moved'))).toBe(mark);
  await mkdir(data);
  expect(await ownerMark(data)).not.toBe(mark);
});

test('a mark that is damaged is made anew', async () => {
  await using dir = await tempDir();
  const mark = await ownerMark(dir.path);
  await writeFile(join(dir.path, 'owner'), 'half');
  const anew = await ownerMark(dir.path);
  expect(anew).not.toBe(mark);
  expect(await ownerMark(dir.path)).toBe(anew);
});

test('says when the folder is not there', async () => {
  await expect(ownerMark('/nowhere/at/all')).rejects.toMatchObject({ code: 'STORAGE_ERROR' });
});
