import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../system/built-file.js';
import { type InstalledApp, installedApp } from '../system/installed-app.js';
import { nodeVersion } from '../system/node-version.js';
import { openPage } from '../system/open-page.js';
import { sameOriginSite } from '../system/same-origin-site.js';
import { type ServedSystem, serve } from '../system/serve.js';
import { type AppKind, typeCheck } from '../system/type-check.js';
import { viteBundle } from '../system/vite-bundle.js';

/** Versions of Node beside the one that runs this; each is a download. */
const otherVersions = process.env.LLAMACTL_TEST_FULL === '1' ? [22, 24] : [];

/** What every app gets to see, whatever it runs in. */
const expected = [
  'login: UNAUTHORIZED, then admin is admin',
  'config: changed logs.max_files, restart true',
  'users: admin admin,anna operator; FORBIDDEN',
  'keys: 1 key sees 0; FORBIDDEN; 401 when deleted',
  'create: threads meant; stopped, 2 threads, 1 in all',
  'lifecycle: running, healthy, another process true',
  'logs: read string, followed to "listening"',
  'events: 1 in snapshot, stopping, stopped',
  'system: ok, 1 instance, version string',
  'delete: INSTANCE_NOT_FOUND',
  'logout: then 401',
];

let app: InstalledApp;
let system: ServedSystem;
let password: string;

beforeAll(async () => {
  const settings = { LLAMACTL_AUTH__ENABLED: 'true' };
  system = await serve(undefined, settings);
  [, password = ''] = await system.program.waitForLine(/^admin password: (\S+)$/);
  app = await installedApp(['@llamactl/client', '@llamactl/contract']);
  const files = ['client-scenario.mjs', 'with-import.mjs', 'with-require.cjs', 'in-browser.mjs'];
  for (const file of files) await copyFile(`${root}e2e/scenario/${file}`, join(app.path, file));
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});

function print(where: string, lines: readonly string[]): void {
  console.log([`The packed client in ${where}:`, ...lines].join('\n  '));
}

const own = Number.parseInt(process.versions.node, 10);

describe.each([own, ...otherVersions])('in Node %i', (version) => {
  test.each(['with-import.mjs', 'with-require.cjs'])(
    'the packed client works %s',
    async (file) => {
      const node = version === own ? process.execPath : await nodeVersion(version);
      const env = { URL: system.url, MODEL: system.model, PASSWORD: password };
      const [ran, ...lines] = (await app.runFile(file, env, node)).trimEnd().split('\n');
      print(`Node ${ran}, ${file}`, lines);
      expect(ran).toContain(`v${version}.`);
      expect(lines).toEqual(expected);
    },
    120_000,
  );
});

/** What the page's script leaves there: everything that the bundle exports. */
interface Site {
  readonly client: {
    runScenario(server: { url: string; model: string; password: string }): Promise<string[]>;
  };
}

test('in Chromium, bundled by Vite, the packed client works', async () => {
  await using site = await sameOriginSite(await viteBundle(app.path, 'in-browser.mjs'), system.url);
  await using browser = await openPage(site.url);
  const lines = await browser.page.evaluate(
    (server) => (globalThis as unknown as Site).client.runScenario(server),
    { url: site.url, model: system.model, password },
  );
  print('Chromium', lines);
  expect(lines).toEqual(expected);
  // What it was refused, the scenario asked for.
  expect(browser.complaints.filter((text) => !/\b40[0134]\b/.test(text))).toEqual([]);
});

test.each<[string, AppKind]>([
  ['NodeNext, ESM', { type: 'module', settings: { module: 'NodeNext' } }],
  ['NodeNext, CommonJS', { type: 'commonjs', settings: { module: 'NodeNext' } }],
  ['Bundler', { type: 'module', settings: { module: 'ESNext', moduleResolution: 'Bundler' } }],
])('its types are right under %s', async (_, kind) => {
  expect(await typeCheck(app.path, `${root}e2e/scenario/typed-app.ts`, kind)).toBe('');
});
