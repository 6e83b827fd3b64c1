import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayScene, gatewayScene, headerOf } from '../support/gateway-scene.js';
import { exchange } from '../support/raw-http.js';

let scene: GatewayScene;
beforeAll(async () => {
  scene = await gatewayScene();
  await scene.run('alpha', { aliases: ['meta/alpha:7b'] });
  await scene.create('beta', { on_demand: false });
});
afterAll(() => scene[Symbol.asyncDispose]());

const last = async (name = 'alpha') => {
  const all = await scene.seen(name);
  const request = all.at(-1);
  if (!request) throw new Error('nothing was seen');
  return request;
};

describe('routing', () => {
  it.each(['alpha', 'ALPHA', 'meta/alpha:7b'])(
    'finds an instance by the model %s',
    async (model) => {
      const answer = await scene.chat(model);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ model });
      expect(answer.headers.get('x-request-id')).toMatch(/./);
    },
  );

  it.each([
    ['POST', '/v1/embeddings'],
    ['POST', '/v1/responses'],
    ['POST', '/v1/rerank'],
    ['POST', '/v1/messages'],
    ['POST', '/v1/messages/count_tokens'],
    ['POST', '/completion?a=1&b=%20x'],
    ['POST', '/infill'],
    ['POST', '/tokenize'],
  ])('%s %s goes to the same path of the instance', async (method, path) => {
    const answer = await fetch(scene.url + path, { method, body: '{"model":"alpha"}' });
    expect(answer.status).toBe(200);
    expect(await last()).toMatchObject({ method, url: path });
  });

  it('takes the model out of the query, and of a form', async () => {
    expect((await fetch(`${scene.url}/props?model=alpha`)).status).toBe(200);
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(100_000)]), 'speech.wav');
    form.set('model', 'alpha');
    const answer = await fetch(`${scene.url}/v1/audio/transcriptions`, {
      method: 'POST',
      body: form,
    });
    expect(answer.status).toBe(200);
    expect((await answer.json()) as object).toMatchObject({ bytes: expect.any(Number) });
  });

  it('takes the one that runs for a request without a model', async () => {
    expect((await scene.chat(undefined)).status).toBe(200);
  });

  it('lists models by name', async () => {
    const answer = await fetch(`${scene.url}/v1/models`);
    const { data } = (await answer.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['alpha', 'beta']);
    const one = await fetch(`${scene.url}/v1/models/meta%2Falpha:7b`);
    expect(await one.json()).toMatchObject({ id: 'alpha', object: 'model', status: 'running' });
    expect((await fetch(`${scene.url}/v1/models/meta/alpha:7b`)).status).toBe(200);
    expect((await fetch(`${scene.url}/v1/models/none`)).status).toBe(404);
  });

  it('P16: an unknown model is 404 model_not_found with the nearest names', async () => {
    const answer = await scene.chat('alpah');
    expect(answer.status).toBe(404);
    const { error } = (await answer.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      type: 'invalid_request_error',
      param: 'model',
      code: 'model_not_found',
    });
    expect(error.message).toMatch(/Did you mean "alpha"/);
  });

  it('P16: answers on /v1/messages in the shape of Anthropic', async () => {
    const answer = await fetch(`${scene.url}/v1/messages`, {
      method: 'POST',
      body: '{"model":"nobody"}',
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: { type: 'not_found_error' },
    });
  });

  it.each([
    ['huge', 'x'.repeat(100_000)],
    ['unicode', '模型 🦙'],
    ['proto', '__proto__'],
    ['path', '../../etc/passwd'],
  ])('P16: a model name that is %s is unknown', async (_what, name) => {
    const answer = await scene.chat(name);
    expect(answer.status).toBe(404);
    expect((await answer.text()).length).toBeLessThan(1_000);
  });
});

describe('headers', () => {
  it('P15: our credentials never reach the backend', async () => {
    await scene.chat('alpha', undefined, {
      headers: { authorization: 'Bearer llk_secret', 'x-api-key': 'llk_secret', cookie: 'a=b' },
    });
    expect(JSON.stringify(await last())).not.toMatch(/llk_secret|a=b/);
  });

  it('P14: headers about the connection stay here, also those that Connection names', async () => {
    const body = '{"model":"alpha"}';
    await exchange(
      scene.port,
      `POST /tokenize HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Private, Content-Length\r\nX-Private: 1\r\nKeep-Alive: timeout=9\r\nTE: trailers\r\nX-Kept: yes\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const request = await last();
    for (const name of ['x-private', 'keep-alive', 'te']) {
      expect(headerOf(request, name)).toBeUndefined();
    }
    expect(headerOf(request, 'x-kept')).toBe('yes');
    expect(headerOf(request, 'content-length')).toBe(String(body.length));
  });

  it('leaves out what a backend says about origins and cookies', async () => {
    const headers = {
      'access-control-allow-origin': '*',
      'set-cookie': 'a=b',
      'x-of-its-own': 'y',
    };
    const answer = await scene.chat('alpha', { headers, parts: ['{}'] });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('x-of-its-own')).toBe('y');
  });

  it('tells proxies not to hold streams back', async () => {
    const headers = { 'content-type': 'text/event-stream' };
    const answer = await scene.chat('alpha', { headers, parts: ['data: 1\n\n'] });
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    expect(await answer.text()).toBe('data: 1\n\n');
  });
});

describe('/api/instances/{name}/proxy', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('passes %s on', async (method) => {
    const answer = await fetch(`${scene.url}/api/instances/alpha/proxy/some/path?x=1`, { method });
    expect(answer.status).toBe(200);
    expect(await last()).toMatchObject({ method, url: '/some/path?x=1' });
  });

  it('answers errors in the shape of the API', async () => {
    const answer = await fetch(`${scene.url}/api/instances/nobody/proxy/props`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    const stopped = await fetch(`${scene.url}/api/instances/beta/proxy/props`);
    expect(stopped.status).toBe(503);
    expect(await stopped.json()).toMatchObject({ code: 'INSTANCE_STOPPED' });
  });
});

it('keeps connections to the backend, but none that carried a stream', async () => {
  const ports = async (count: number) =>
    (await scene.seen('alpha')).slice(-count).map((r) => r.port);
  for (let turn = 0; turn < 3; turn++) await (await scene.chat('alpha')).text();
  expect(new Set(await ports(3)).size).toBe(1);
  const headers = { 'content-type': 'text/event-stream' };
  await (await scene.chat('alpha', { headers, parts: ['data: 1\n\n'] })).text();
  await (await scene.chat('alpha')).text();
  expect(new Set(await ports(2)).size).toBe(2);
});
