import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleClient } from '../system/bundle-client.js';
import { type ForeignSite, foreignSite } from '../system/foreign-site.js';
import { type OpenPage, openPage } from '../system/open-page.js';
import { type ServedSystem, serve } from '../system/serve.js';

/** What the page's script leaves there: everything that the bundle exports. */
interface Site {
  readonly client: typeof import('@llamactl/client');
}

let site: ForeignSite;
let system: ServedSystem;
let browser: OpenPage;

beforeAll(async () => {
  site = await foreignSite(await bundleClient());
  const origin = `http://ui.localhost:${site.port}`;
  system = await serve(undefined, {
    LLAMACTL_SERVER__ALLOWED_ORIGINS: origin,
    LLAMACTL_RATE_LIMIT__ENABLED: 'true',
    LLAMACTL_RATE_LIMIT__INTENSIVE: '2',
  });
  browser = await openPage(origin);
});
afterAll(async () => {
  for (const each of [browser, site, system]) await each?.[Symbol.asyncDispose]();
});

/** Drives an instance; runs in the browser, so it can use nothing from here. */
async function drive({ url, model }: { url: string; model: string }) {
  const { ApiError, LlamactlClient } = (globalThis as unknown as Site).client;
  const client = new LlamactlClient({ baseUrl: url });
  await client.createInstance({ name: 'a', model_path: model, options: { threads: 1 } });
  const seen: string[] = [];
  for await (const { type, data } of client.events({ types: ['instance_status_changed'] })) {
    if (type === 'snapshot') await client.startInstance('a');
    if (type !== 'instance_status_changed') continue;
    seen.push(data.instance.status);
    if (data.instance.status === 'running') break;
  }
  const lines: string[] = [];
  for await (const { message } of client.followLogs('a', { lines: 1 })) {
    lines.push(message);
    break;
  }
  await client.updateInstance('a', { options: { threads: 2 } });
  await client.stopInstance('a');
  await client.waitForStatus('a', 'stopped');
  await client.deleteInstance('a');
  const error: unknown = await client.getInstance('a').catch((reason: unknown) => reason);
  return {
    seen,
    lines: lines.length,
    code: error instanceof ApiError ? error.code : String(error),
  };
}

/** What is to be seen of answers beside their bodies. */
async function readHeaders(url: string) {
  const answers = [
    await fetch(`${url}/api/instances`, { headers: { 'X-Request-Id': 'from-a-page' } }),
    await fetch(`${url}/api/instances/nobody`, { headers: { Authorization: 'Bearer ignored' } }),
  ];
  for (let sent = 0; sent < 3; sent += 1) {
    answers.push(await fetch(`${url}/api/instances/nobody/start`, { method: 'POST' }));
  }
  const names = ['X-Request-Id', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'Retry-After'];
  return Promise.all(
    answers.map(async (answer) => ({
      status: answer.status,
      code: (await answer.json()).code,
      headers: names.map((name) => answer.headers.get(name)),
    })),
  );
}

test('a page of an allowed origin drives an instance with the client, by REST, socket and stream', async () => {
  const { url, model } = system;
  expect(await browser.page.evaluate(drive, { url, model })).toEqual({
    seen: ['starting', 'running'],
    lines: 1,
    code: 'INSTANCE_NOT_FOUND',
  });
});

test('S13: a page of an allowed origin reads errors, and how it stands with the limits', async () => {
  const [list, missing, , , limited] = await browser.page.evaluate(readHeaders, system.url);
  const count = expect.stringMatching(/^\d+$/);
  expect(list).toEqual({
    status: 200,
    code: undefined,
    headers: ['from-a-page', '100', count, null],
  });
  expect(missing).toMatchObject({ status: 404, code: 'INSTANCE_NOT_FOUND' });
  expect(limited).toEqual({
    status: 429,
    code: 'RATE_LIMITED',
    headers: [expect.any(String), '2', '0', count],
  });
});
