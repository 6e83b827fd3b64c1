import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** What npm would run on the machine of whoever installs a package. */
const installScripts = ['preinstall', 'install', 'postinstall', 'prepare'];

const published = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}/package.json`),
);

describe('S25: what comes from a registry', () => {
  test('runs no script at its install but that of esbuild', () => {
    const [, list = ''] = /^allowBuilds:\n((?: +.*\n)+)/m.exec(read('pnpm-workspace.yaml')) ?? [];
    const allowed = [...list.matchAll(/^ +(\S+): true$/gm)].map(([, name]) => name);
    expect(allowed).toEqual(['esbuild']);
  });

  test('is what the lockfile says', () => {
    expect(read('tools/run/workspace.mjs')).toContain('--frozen-lockfile');
  });

  test.each(published)('runs none for those who install %s', (path) => {
    const { scripts = {} } = JSON.parse(read(path));
    expect(Object.keys(scripts).filter((name) => installScripts.includes(name))).toEqual([]);
  });
});
