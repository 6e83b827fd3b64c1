import { METHODS } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { type GatewayScene, gatewayScene, headerOf } from '../support/gateway-scene.js';
import { exchange } from '../support/raw-http.js';

const ours = 'https://ui.example.org';
const theirs = 'https://evil.example';

let scene: GatewayScene;
beforeAll(async () => {
  const server = { config: { server: { allowed_origins: [ours] } } };
  scene = await gatewayScene({ server, instances: { backend_auth: 'run_key' } });
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

const path = '/api/instances/alpha/proxy/some/path?a=b';
const send = (method: string, headers: Record<string, string> = {}) =>
  ask(scene.url, path, { method, headers });
const last = async () => (await scene.seen('alpha')).at(-1);

describe('what is under proxy/ goes to the instance', () => {
  it.each(METHODS.filter((method) => method !== 'CONNECT'))('with %s', async (method) => {
    const { status, headers } = await send(method, { 'x-mine': method });
    expect(status).toBe(200);
    expect(headers['x-request-id']).toMatch(/./);
    const seen = await last();
    expect(seen).toMatchObject({ method, url: '/some/path?a=b' });
    expect(seen && headerOf(seen, 'x-mine')).toBe(method);
  });

  it('with a body, whatever the method', async () => {
    for (const method of ['REPORT', 'OPTIONS']) {
      const body = JSON.stringify({ of: method });
      const headers = { 'content-length': String(body.length) };
      expect((await ask(scene.url, path, { method, headers, body })).status).toBe(200);
      expect(Buffer.from((await last())?.body ?? '', 'base64').toString()).toBe(body);
    }
  });

  it('but not with a method that nobody knows, or with CONNECT', async () => {
    const before = (await scene.seen('alpha')).length;
    const unknown = `BREW ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    expect((await exchange(scene.port, unknown)).status).toBe(400);
    const tunnel = 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n';
    const refusal = await exchange(scene.port, tunnel);
    expect(refusal.status).toBe(405);
    expect(JSON.parse(refusal.body)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    expect((await scene.seen('alpha')).length).toBe(before);
  });
});

it('shows the key of the run to a TRACE no more than to anybody else', async () => {
  const { key } = scene.llamactl.connection('alpha');
  await send('OPTIONS');
  expect(JSON.stringify(await last())).toContain(key);
  // Whatever comes with a TRACE is what the answer says.
  await send('TRACE');
  expect(JSON.stringify(await last())).not.toContain(key);
});

describe('S13: OPTIONS under proxy/', () => {
  const asks = { 'access-control-request-method': 'PROPFIND' };

  it('is answered here when a page asks before it does something', async () => {
    const before = (await scene.seen('alpha')).length;
    const { status, headers } = await send('OPTIONS', { origin: ours, ...asks });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ours,
      'access-control-allow-methods': expect.stringMatching(/POST.*PROPFIND/),
    });
    const foreign = await send('OPTIONS', { origin: theirs, ...asks });
    expect(foreign.status).toBe(204);
    expect(foreign.headers).not.toHaveProperty('access-control-allow-methods');
    expect((await scene.seen('alpha')).length).toBe(before);
  });

  it('goes on for a page of an allowed origin, and for no other one', async () => {
    expect((await send('OPTIONS', { origin: ours })).status).toBe(200);
    const before = (await scene.seen('alpha')).length;
    const site = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
    for (const headers of [{ origin: theirs }, { origin: theirs, ...site }, site]) {
      expect(await send('OPTIONS', headers)).toMatchObject({ status: 403 });
    }
    expect((await scene.seen('alpha')).length).toBe(before);
  });

  it('is no preflight without an origin', async () => {
    expect((await send('OPTIONS', asks)).status).toBe(200);
  });
});

it('OPTIONS and TRACE only look: they start nothing', async () => {
  await scene.create('asleep');
  for (const method of ['OPTIONS', 'TRACE']) {
    const target = '/api/instances/asleep/proxy/';
    expect(await ask(scene.url, target, { method })).toMatchObject({
      status: 503,
      code: 'INSTANCE_STOPPED',
    });
  }
  expect(scene.llamactl.get('asleep').status).toBe('stopped');
});
