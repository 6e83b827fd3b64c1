import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { fakeBackendNames, fakeBackendPath } from '../../src/index.js';

const paths = fakeBackendNames.map(fakeBackendPath);

it('has a name for every program in the folder', async () => {
  const entries = await readdir(dirname(fakeBackendPath('ready')), { withFileTypes: true });
  const programs = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  expect(programs.map((name) => name.replace(/\.\w+$/, '')).sort()).toEqual(
    [...fakeBackendNames].sort(),
  );
});

it('publishes every program as executable', () => {
  const published = manifest.publishConfig.executableFiles;
  for (const path of paths) {
    expect(published.map((file) => file.slice(1))).toContain(path.slice(path.indexOf('/fakes/')));
  }
});

it.each(paths)('%s is short enough to be read at a glance', async (path) => {
  expect((await readFile(path, 'utf8')).split('\n').length).toBeLessThanOrEqual(30);
});
