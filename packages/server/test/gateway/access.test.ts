import { freePort } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthScene, type CallerHeaders, startAuthScene } from '../support/auth-scene.js';
import { fail, succeed } from '../support/call.js';
import type { SeenRequest } from '../support/gateway-scene.js';

let scene: AuthScene;
let viewer: CallerHeaders;
let operator: CallerHeaders;
let inferring: CallerHeaders;
/** Good for `theirs` alone. */
let limited: CallerHeaders;

beforeAll(async () => {
  scene = await startAuthScene({}, 'does-as-told');
  for (const name of ['mine', 'theirs']) await run(name);
  viewer = await scene.addUser('viewer', 'viewer');
  operator = await scene.addUser('operator', 'operator');
  inferring = (await scene.addKey({ scopes: ['inference'] })).headers;
  const instances = ['theirs'];
  const scopes = ['read', 'operate', 'inference'] as const;
  limited = (await scene.addKey({ scopes: [...scopes], instances })).headers;
});
afterAll(() => scene?.[Symbol.asyncDispose]());

async function run(name: string) {
  const { llamactl } = scene.test.server;
  const aliases = [`org/${name}`];
  await llamactl.create({ name, model_path: scene.test.model, port: await freePort(), aliases });
  await llamactl.start(name);
  await llamactl.waitForStatus(name, 'running', { timeoutMs: 60_000 });
}

const post = (path: string, headers: CallerHeaders, body: object = { model: 'mine' }) =>
  fetch(scene.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const chat = (headers: CallerHeaders, model = 'mine') =>
  post('/v1/chat/completions', headers, { model, messages: [] });

async function seenBy(name: string): Promise<SeenRequest[]> {
  const { port } = scene.test.server.llamactl.get(name);
  const all = (await (await fetch(`http://127.0.0.1:${port}/_seen`)).json()) as SeenRequest[];
  return all.filter(({ url }) => url !== '/props');
}

describe('whoever shows nothing that is good', () => {
  it.each([
    ['nothing', {}],
    ['a wrong key', { authorization: 'Bearer llk_wrong' }],
    ['a wrong token', { authorization: 'Bearer a.b.c' }],
  ])('gets 401 in the shape of OpenAI for %s', async (_, headers) => {
    const answer = await chat(headers as CallerHeaders);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    expect(await answer.json()).toMatchObject({
      error: { type: 'authentication_error', code: 'invalid_api_key' },
    });
  });

  it.each(['/v1/models', '/v1/models/mine', '/props?model=mine'])(
    'gets 401 from %s',
    async (path) => {
      expect((await fetch(scene.url + path)).status).toBe(401);
    },
  );

  it('gets 401 in the shape of Anthropic', async () => {
    const answer = await post('/v1/messages', {});
    expect(answer.status).toBe(401);
    const body = await answer.json();
    expect(body).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    expect(body).toMatchObject({ request_id: answer.headers.get('x-request-id') });
  });

  it('gets 401 as from the API for an instance behind a path', async () => {
    const answer = await post('/api/instances/mine/proxy/completion', {});
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('never reaches an instance', async () => {
    const before = (await seenBy('mine')).length;
    await chat({});
    expect(await seenBy('mine')).toHaveLength(before);
  });
});

describe('scopes', () => {
  it('refuse a viewer', async () => {
    const answer = await chat(viewer);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      error: { type: 'permission_error', code: 'FORBIDDEN' },
    });
    expect((await post('/v1/messages', viewer)).status).toBe(403);
    expect((await fetch(`${scene.url}/v1/models`, { headers: viewer })).status).toBe(403);
  });

  it('let an operator, and a key for inference, use models', async () => {
    expect((await chat(operator)).status).toBe(200);
    expect((await chat(inferring)).status).toBe(200);
  });

  it('take the key as the package of Anthropic sends it', async () => {
    const key = String(inferring.authorization).replace('Bearer ', '');
    expect((await post('/v1/messages', { 'x-api-key': key })).status).toBe(200);
  });

  it('leave what changes an instance to those who manage it', async () => {
    const path = '/api/instances/mine/proxy/slots/0?action=erase';
    expect((await post(path, inferring)).status).toBe(403);
    expect((await post(path, scene.admin)).status).toBe(200);
  });
});

describe('S19: a key that is good for another instance', () => {
  it.each(['mine', 'org/mine', 'missing'])('gets 403 for %s', async (model) => {
    const answer = await chat(limited, model);
    expect(answer.status).toBe(403);
    const text = await answer.text();
    expect(text).toContain('FORBIDDEN');
    expect(text).not.toContain('mine');
    const path = `/api/instances/${encodeURIComponent(model)}/proxy/completion`;
    expect((await post(path, limited)).status).toBe(403);
  });

  it('uses its own, by each of its names', async () => {
    for (const model of ['theirs', 'THEIRS', 'org/theirs']) {
      expect((await chat(limited, model)).status).toBe(200);
    }
  });

  it('sees its own alone among the models', async () => {
    const names = async (headers: CallerHeaders) => {
      const answer = await fetch(`${scene.url}/v1/models`, { headers });
      const { data } = (await answer.json()) as { data: { id: string }[] };
      return data.map(({ id }) => id);
    };
    expect(await names(limited)).toEqual(['theirs']);
    expect(await names(inferring)).toEqual(['mine', 'theirs']);
    const other = await fetch(`${scene.url}/v1/models/mine`, { headers: limited });
    expect(other.status).toBe(403);
  });

  it('neither sees nor cancels the requests of others', async () => {
    const { url } = scene;
    const told = { waitMs: 600_000 };
    const id = 'of-somebody-else';
    const left = new AbortController();
    const pending = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...inferring, 'x-request-id': id },
      body: JSON.stringify({ model: 'mine', told, messages: [] }),
      signal: left.signal,
    });
    await expect
      .poll(async () => (await succeed(url, 'listRequests', { headers: viewer })).requests, {
        timeout: 30_000,
      })
      .toMatchObject([{ id, instance: 'mine' }]);
    expect((await succeed(url, 'listRequests', { headers: limited })).requests).toEqual([]);
    await fail(url, 'cancelRequest', 'REQUEST_NOT_FOUND', { headers: limited, name: id });
    await fail(url, 'cancelRequest', 'FORBIDDEN', { headers: viewer, name: id });
    await succeed(url, 'cancelRequest', { headers: operator, name: id });
    expect((await pending).status).toBe(409);
  });
});

describe('P15: what an instance gets to see', () => {
  it('is the key of its run, and no credential of a client', async () => {
    const { key } = scene.test.server.llamactl.connection('mine');
    expect(key).toMatch(/.{16,}/);
    const secrets = {
      ...inferring,
      'x-api-key': 'llk_of_the_client',
      cookie: 'session=of-the-client',
      'proxy-authorization': 'Basic of-the-client',
      'sec-websocket-protocol': 'llamactl.bearer.of-the-client',
    };
    expect((await chat(secrets)).status).toBe(200);
    const request = (await seenBy('mine')).at(-1);
    const authorizations = request?.rawHeaders.filter((_, at, all) =>
      /^authorization$/i.test(all[at - 1] ?? ''),
    );
    expect(authorizations).toEqual([`Bearer ${key}`]);
    const all = request?.rawHeaders.join('\n');
    expect(all).not.toMatch(/llk_|of-the-client/);
  });
});
