import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../run/paths.mjs';

const folder = join(root, '.changeset');
const names = (await readdir(folder)).filter((name) => /^(?!README).*\.md$/.test(name));
const packages = '(?:@llamactl/(?:contract|core|server|client|testkit)|llamactl)';
const changeset = new RegExp(
  `^---\\n(?:["']${packages}["']: (?:major|minor|patch)\\n)+---\\n\\n+\\S`,
);

// A formatter has once taken one with a single package for a text with a heading.
test('every changeset names packages of ours, and says something to users', async () => {
  for (const name of names) {
    expect(await readFile(join(folder, name), 'utf8'), name).toMatch(changeset);
  }
});
