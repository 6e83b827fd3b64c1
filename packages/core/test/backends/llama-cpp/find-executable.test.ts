import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { findExecutable } from '../../../src/backends/llama-cpp/find-executable.js';

test('finds paths as they are and names in PATH, past what cannot be run', async () => {
  await using dir = await tempDir();
  const at = (...names: string[]) => join(dir.path, ...names);
  for (const folder of ['a', 'b', 'c']) await mkdir(at(folder));
  await writeFile(at('a', 'tool'), '', { mode: 0o644 });
  await mkdir(at('b', 'tool'));
  await writeFile(at('c', 'real'), '', { mode: 0o755 });
  await symlink('real', at('c', 'tool'));
  const path = ['', at('none'), at('a'), at('b'), at('c')].join(':');

  expect(await findExecutable('tool', path)).toBe(at('c', 'tool'));
  expect(await findExecutable(at('c', 'tool'))).toBe(at('c', 'tool'));
  expect(await findExecutable(relative(process.cwd(), at('c', 'tool')))).toBe(at('c', 'tool'));
  for (const [command, message] of [
    ['nothing', /no program "nothing" in PATH/],
    [at('none'), /does not exist/],
    [at('a', 'tool'), /is not executable/],
    [at('b', 'tool'), /is not a file/],
    ['a\0b', /NUL/],
  ] as const)
    await expect(findExecutable(command, path)).rejects.toMatchObject({
      code: 'BACKEND_NOT_FOUND',
      message: expect.stringMatching(message),
      details: expect.stringMatching(/Install llama\.cpp.*backends\.llama-cpp\.command/),
    });
});
