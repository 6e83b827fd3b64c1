import { expect, test } from 'vitest';
import { curl } from '../system/curl.js';
import { openPage } from '../system/open-page.js';
import { sameOriginSite } from '../system/same-origin-site.js';
import { serve } from '../system/serve.js';

const json = ['-H', 'Content-Type: application/json'];
const withAuth = { LLAMACTL_AUTH__ENABLED: 'true' };

async function logIn(url: string, password: string): Promise<string> {
  const credentials = JSON.stringify({ username: 'admin', password });
  const answer = await curl('-X', 'POST', `${url}/api/auth/login`, ...json, '-d', credentials);
  expect(answer.status).toBe(200);
  return answer.body.token;
}

function passwordIn(stdout: string): string {
  return /^admin password: (\S+)$/m.exec(stdout)?.[1] ?? '';
}

test('people and programs get in with what they were given, seen through curl', async () => {
  await using system = await serve(undefined, withAuth);
  const { url } = system;
  const api = `${url}/api`;
  expect(await curl(`${api}/instances`)).toMatchObject({
    status: 401,
    headers: expect.stringMatching(/^www-authenticate: bearer$/im),
    body: { code: 'UNAUTHORIZED' },
  });
  expect((await curl(`${url}/health`)).body).toEqual({ status: 'ok' });

  const token = await logIn(url, passwordIn(system.program.stdout));
  const asAdmin = ['-H', `Authorization: Bearer ${token}`];
  expect((await curl(...asAdmin, `${api}/instances`)).body).toEqual({ instances: [] });
  const definition = JSON.stringify({ name: 'mine', model_path: system.model });
  const created = await curl(
    '-X',
    'POST',
    `${api}/instances`,
    ...asAdmin,
    ...json,
    '-d',
    definition,
  );
  expect(created.status).toBe(201);

  const wish = JSON.stringify({ name: 'webui', scopes: ['read'], instances: ['mine'] });
  const { body } = await curl('-X', 'POST', `${api}/keys`, ...asAdmin, ...json, '-d', wish);
  for (const header of [`Authorization: Bearer ${body.key}`, `x-api-key: ${body.key}`]) {
    const list = await curl('-H', header, `${api}/instances`);
    expect(list.body.instances).toMatchObject([{ name: 'mine' }]);
    const other = await curl('-H', header, `${api}/instances/other`);
    expect(other).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const start = await curl('-X', 'POST', '-H', header, `${api}/instances/mine/start`);
    expect(start).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  }

  const refreshed = await curl('-X', 'POST', ...asAdmin, `${api}/auth/refresh`);
  expect(refreshed).toMatchObject({ status: 200, body: { token: expect.any(String) } });
  await curl('-X', 'POST', ...asAdmin, `${api}/auth/logout`);
  for (const old of [token, refreshed.body.token]) {
    const answer = await curl('-H', `Authorization: Bearer ${old}`, `${api}/instances`);
    expect(answer.status).toBe(401);
  }
});

/** What the page does; it runs in the browser, so it can use nothing from here. */
async function watchInBrowser(token: string) {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/api/ws`, [
    'llamactl.v1',
    `llamactl.bearer.${token}`,
  ]);
  const first = await new Promise<MessageEvent>((resolve, reject) => {
    socket.onmessage = resolve;
    socket.onerror = () => reject(new Error('refused'));
  });
  const closed = new Promise<CloseEvent>((resolve) => {
    socket.onclose = resolve;
  });
  const headers = { Authorization: `Bearer ${token}` };
  await fetch('/api/auth/logout', { method: 'POST', headers });
  const { code } = await closed;
  return { protocol: socket.protocol, first: JSON.parse(first.data).type, code };
}

test('a page of a real browser opens its socket with a token, until it logs out', async () => {
  await using system = await serve(undefined, withAuth);
  const token = await logIn(system.url, passwordIn(system.program.stdout));
  await using site = await sameOriginSite('export {};', system.url);
  await using browser = await openPage(site.url);
  expect(await browser.page.evaluate(watchInBrowser, token)).toEqual({
    protocol: 'llamactl.v1',
    first: 'hello',
    code: 4401,
  });
});
