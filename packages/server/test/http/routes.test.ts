import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer();
  url = test.server.url;
});
afterAll(() => test[Symbol.asyncDispose]());

describe('C19: routes', () => {
  const ask = async (method: string, path: string) => {
    const response = await fetch(url + path, { method });
    const text = await response.text();
    return { response, code: text === '' ? undefined : JSON.parse(text).code, text };
  };

  it.each([
    '/',
    '/api',
    '/api/',
    '/api/instances/',
    '/api/nothing',
    '/API/instances',
    '/api/instances/a/nothing',
    '/health/',
  ])('that do not exist are 404 (%s)', async (path) => {
    const { response, code } = await ask('GET', path);
    expect({ status: response.status, code }).toEqual({ status: 404, code: 'NOT_FOUND' });
  });

  it.each([
    ['PATCH', '/api/instances', 'GET, HEAD, OPTIONS, POST'],
    ['DELETE', '/api/instances', 'GET, HEAD, OPTIONS, POST'],
    ['POST', '/api/instances/a', 'DELETE, GET, HEAD, OPTIONS, PUT'],
    ['GET', '/api/instances/a/start', 'OPTIONS, POST'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/health', 'GET, HEAD, OPTIONS'],
  ])('do not take %s %s', async (method, path, allow) => {
    const { response, code } = await ask(method, path);
    expect({ status: response.status, code }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(response.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow);
  });

  it('answer OPTIONS and HEAD', async () => {
    const options = await ask('OPTIONS', '/api/instances');
    expect(options.response.status).toBe(204);
    expect(options.response.headers.get('allow')).toContain('POST');
    expect((await ask('OPTIONS', '/nothing')).response.status).toBe(404);
    const get = await ask('GET', '/api/instances');
    const head = await ask('HEAD', '/api/instances');
    expect(head.response.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.response.headers.get('content-length')).toBe(String(get.text.length));
    expect((await ask('HEAD', '/api/instances/nobody')).response.status).toBe(404);
  });
});
