import { type OperationId, operations } from '@llamactl/contract';
import { setupServer } from 'msw/node';
import { describe, expect, it } from 'vitest';
import { sampleAnswers, sampleInstance } from '../../src/index.js';
import {
  type LlamactlHandlersOptions,
  llamactlHandlers,
  type MockRequest,
} from '../../src/msw/llamactl-handlers.js';

const ids = Object.keys(operations) as OperationId[];

/** A mocked server that is there until the end of the block. */
function mock(options?: LlamactlHandlersOptions): Disposable {
  const server = setupServer(...llamactlHandlers(options));
  server.listen({ onUnhandledRequest: 'error' });
  return { [Symbol.dispose]: () => server.close() };
}

async function ask(method: string, path: string, body?: unknown) {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`http://localhost:8080${path}`, init);
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: answer };
}

const details = (path: string) =>
  path.replace('{name}', 'chat').replace('{username}', 'admin').replace('{id}', 'k1');

const bodies: { readonly [Id in OperationId]?: unknown } = {
  createInstance: { name: 'chat', model_path: '/m.gguf' },
  updateInstance: { port: 8082 },
  updateConfig: { rate_limit: { regular: 200 } },
  login: { username: 'admin', password: 'secret' },
  createUser: { username: 'anna', password: 'long enough', role: 'viewer' },
  updateUser: { role: 'operator' },
  changePassword: { password: 'long enough' },
  createApiKey: { name: 'webui', scopes: ['read'] },
};

describe('llamactlHandlers', () => {
  it.each(ids)('answers %s with its sample', async (id) => {
    const seen: MockRequest[] = [];
    using _ = mock({ onRequest: (request) => seen.push(request) });
    const { method, path, status } = operations[id];
    const answer = await ask(method, details(path), bodies[id]);
    expect(answer).toMatchObject({ status, body: sampleAnswers[id] });
    expect(seen).toMatchObject([{ id, body: bodies[id] }]);
  });

  it('tells what was asked', async () => {
    const seen: MockRequest[] = [];
    using _ = mock({ onRequest: (request) => seen.push(request) });
    await ask('GET', '/api/instances/chat/logs?lines=5');
    expect(seen).toMatchObject([
      { id: 'getInstanceLogs', params: { name: 'chat' }, query: { lines: '5' }, body: undefined },
    ]);
  });

  it('answers at another address', async () => {
    using _ = mock({ baseUrl: 'http://llm.test/base/' });
    expect((await fetch('http://llm.test/base/health')).status).toBe(200);
    await expect(fetch('http://localhost:8080/health')).rejects.toThrow();
  });

  it('answers as it is told: other data, an error of the catalogue, headers', async () => {
    using _ = mock({
      answers: {
        getInstance: { body: sampleInstance({ status: 'failed', failure: 'crashed' }) },
        startInstance: { code: 'PORT_IN_USE' },
        listInstances: { code: 'RATE_LIMITED', headers: { 'Retry-After': '7' } },
      },
    });
    expect((await ask('GET', '/api/instances/x')).body).toMatchObject({ failure: 'crashed' });
    expect(await ask('POST', '/api/instances/x/start')).toMatchObject({
      status: 409,
      body: { code: 'PORT_IN_USE', error: expect.stringContaining('port'), details: '' },
    });
    const limited = await ask('GET', '/api/instances');
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('7');
  });

  it('uses up a list of answers, whose last one stays, and asks a function each time', async () => {
    const at = (status: 'starting' | 'running') => ({ body: sampleInstance({ status }) });
    using _ = mock({
      answers: {
        getInstance: [at('starting'), at('running')],
        getInstanceHealth: ({ params }) =>
          params.name === 'x' ? { code: 'INSTANCE_NOT_FOUND' } : {},
      },
    });
    const statuses: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      const { body } = await ask('GET', '/api/instances/x');
      statuses.push(body.status);
    }
    expect(statuses).toEqual(['starting', 'running', 'running']);
    expect((await ask('GET', '/api/instances/x/health')).status).toBe(404);
    expect((await ask('GET', '/api/instances/y/health')).status).toBe(200);
  });

  it.each([
    ['a wrong body', 'POST', '/api/auth/login', { username: 'admin' }, 'password'],
    ['an unknown key', 'POST', '/api/instances/x/stop', { now: true }, ''],
    ['a body that is missing', 'POST', '/api/instances', undefined, ''],
    ['a name that is none', 'GET', '/api/instances/-x', undefined, 'name'],
  ])('refuses %s, as the server does', async (_, method, path, body, where) => {
    using _mock = mock();
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ path: where }] });
  });

  it('refuses what is no JSON', async () => {
    using _ = mock();
    const init = { method: 'POST', body: '{"username"' };
    const response = await fetch('http://localhost:8080/api/auth/login', init);
    expect(response.status).toBe(400);
  });
});
