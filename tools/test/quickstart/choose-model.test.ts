import { join } from 'node:path';
import { makeTinyGguf, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { givenModel } from '../../quickstart/choose-model.mjs';

test('takes the model that is asked for', async () => {
  await using dir = await tempDir();
  const path = await makeTinyGguf(join(dir.path, 'tiny.gguf'));
  expect(await givenModel(path)).toBe(path);
});

test.each([undefined, ''])('without one (%j) there is none', async (given) => {
  expect(await givenModel(given)).toBeNull();
});

test('tells when it is missing, or a folder', async () => {
  await using dir = await tempDir();
  for (const path of [dir.path, join(dir.path, 'missing.gguf')]) {
    await expect(givenModel(path)).rejects.toThrow(`MODEL=${path} is not a file`);
  }
});
