import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sourceFiles } from '../../structure/source-files.mjs';

test('finds sources in any folder, and leaves out what was built, downloaded or is no source', async () => {
  const root = await mkdtemp(join(tmpdir(), 'llamactl-structure-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const paths = ['b/c.ts', 'a.mjs', 'b/dist/x.js', 'node_modules/y/y.js', '.cache/z.js', 'd.json'];
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
  expect(await sourceFiles(root)).toEqual([
    { path: 'a.mjs', text: 'a.mjs' },
    { path: 'b/c.ts', text: 'b/c.ts' },
  ]);
});
