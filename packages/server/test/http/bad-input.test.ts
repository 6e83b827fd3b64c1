import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, fail, succeed } from '../support/call.js';
import { exchange } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer();
  url = test.server.url;
});
afterAll(() => test[Symbol.asyncDispose]());

type Body = string | Buffer | ReadableStream;

const json = { 'content-type': 'application/json' };

async function post(body: Body, headers: Record<string, string> = json, path = '/api/instances') {
  const response = await fetch(url + path, {
    method: 'POST',
    body,
    headers,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });
  const answer = (await response.json()) as { code: string; issues?: { path: string }[] };
  return { status: response.status, code: answer.code, path: answer.issues?.[0]?.path, response };
}

describe('bodies', () => {
  const nested = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const right = '"name":"a","model_path":"/m.gguf"';
  it.each<[string, Body, string]>([
    ['no JSON', '{', 'INVALID_REQUEST'],
    ['two values', '{} {}', 'INVALID_REQUEST'],
    ['a comment', '{/* a */}', 'INVALID_REQUEST'],
    ['a byte order mark', '\ufeff{}', 'INVALID_REQUEST'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'INVALID_REQUEST'],
    ['overlong UTF-8', Buffer.from('{"name":"\xc0\xaf"}', 'latin1'), 'INVALID_REQUEST'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'INVALID_REQUEST'],
    ['half a surrogate pair', '{"name":"\\ud800"}', 'INVALID_REQUEST'],
    ['an escaped NUL', `{${right},"command":"/a\\u0000b"}`, 'INVALID_REQUEST'],
    ['duplicate keys', `{${right},"name":"b"}`, 'INVALID_REQUEST'],
    ['__proto__', `{${right},"__proto__":{"port":1}}`, 'INVALID_REQUEST'],
    ['__proto__ as option', `{${right},"options":{"__proto__":{"a":1}}}`, 'INVALID_REQUEST'],
    ['constructor as option', `{${right},"options":{"constructor":1}}`, 'INVALID_REQUEST'],
    ['100 000 levels', nested, 'INVALID_REQUEST'],
    ['100 000 lists', '['.repeat(100_000) + ']'.repeat(100_000), 'INVALID_REQUEST'],
    [
      '100 000 keys',
      JSON.stringify(Object.fromEntries([...Array(90_000).keys()].map((n) => [n, 1]))),
      'INVALID_REQUEST',
    ],
    ['text', '"a"', 'VALIDATION_FAILED'],
    ['null', 'null', 'VALIDATION_FAILED'],
    ['a list', '[]', 'VALIDATION_FAILED'],
    ['port 0', `{${right},"port":0}`, 'VALIDATION_FAILED'],
    ['port -0', `{${right},"port":-0}`, 'VALIDATION_FAILED'],
    ['port 65536', `{${right},"port":65536}`, 'VALIDATION_FAILED'],
    ['port as text', `{${right},"port":"8081"}`, 'VALIDATION_FAILED'],
    ['port 1e400', `{${right},"port":1e400}`, 'VALIDATION_FAILED'],
    [
      'an option beyond 2^53',
      `{${right},"options":{"seed":9007199254740993}}`,
      'VALIDATION_FAILED',
    ],
    ['an option of 1e400', `{${right},"options":{"temp":1e400}}`, 'VALIDATION_FAILED'],
    ['fields of the server', `{${right},"pid":1,"status":"running"}`, 'VALIDATION_FAILED'],
    ['a name that leads away', `{"name":"../a","model_path":"/m"}`, 'INVALID_NAME'],
  ])('are refused with %s', async (_what, body, code) => {
    const begun = performance.now();
    expect(await post(body)).toMatchObject({ status: 400, code });
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(({} as Record<string, unknown>).port).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['no type', {}],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }],
    ['gzip', { ...json, 'content-encoding': 'gzip' }],
    ['an unknown encoding', { ...json, 'content-encoding': 'x-strange' }],
    ['two encodings', { ...json, 'content-encoding': 'identity, gzip' }],
  ])('are refused as %s with 415', async (_what, headers) => {
    const body = Buffer.from('{"name":"a","model_path":"/m"}');
    expect(await post(body, headers)).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
  });

  it.each(['application/json; charset=UTF-8', 'APPLICATION/JSON'])(
    'are read as %s',
    async (type) => {
      const body = '{"name":"a","model_path":"/nowhere"}';
      const headers = { 'content-type': type, 'content-encoding': 'identity' };
      expect(await post(body, headers)).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    },
  );

  it('are refused at 1 MiB, and the connection is closed', async () => {
    const fits = Buffer.alloc(1_048_576, ' ');
    expect(await post(fits)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    const { status, code, response } = await post(Buffer.alloc(10_000_000, ' '));
    expect({ status, code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(response.headers.get('connection')).toBe('close');
  });

  it('are refused while they are read, when their length is not announced', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(Buffer.alloc(65_536, ' '));
      },
    });
    expect(await post(endless)).toMatchObject({ status: 413 });
    expect(sent).toBeLessThan(200_000_000);
  });

  it('are ignored where none is taken', async () => {
    const path = '/api/instances/nobody/start';
    const answers = [
      await post('no json', { 'content-type': 'text/plain' }, path),
      await post('{"a":', json, path),
      await post(Buffer.alloc(5_000_000), {}, path),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
  });

  it('must be there where they are needed', async () => {
    await fail(url, 'createInstance', 'VALIDATION_FAILED');
    await fail(url, 'createInstance', 'VALIDATION_FAILED', { body: '' });
    await fail(url, 'updateInstance', 'VALIDATION_FAILED', { name: 'a' });
  });
});

describe('names', () => {
  it.each([
    '%2e%2e%2f',
    '%2E%2E%2Fetc',
    'a%2fb',
    'a%5cb',
    '%00',
    'a%00',
    'a%0a',
    '.hidden',
    '-rf',
    'a'.repeat(65),
    'a'.repeat(300),
    '%',
    '%zz',
    '%e0%a4%a',
    'a%20b',
    '%C3%A9',
    '%F0%9F%98%80',
    '~',
    'a;b',
    '%25',
    '*',
    '{name}',
  ])('like %s are refused everywhere', async (name) => {
    await fail(url, 'getInstance', 'INVALID_NAME', { name });
    await fail(url, 'deleteInstance', 'INVALID_NAME', { name });
    await fail(url, 'startInstance', 'INVALID_NAME', { name });
    await fail(url, 'getInstanceLogs', 'INVALID_NAME', { name });
  });

  it.each(['..', '../..', '.', './', '%2e%2e', '%2e'])(
    'as plain dots (%s) lead nowhere',
    async (name) => {
      const head = `GET /api/instances/${name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      const { status } = await exchange(test.server.port, head);
      expect([400, 404]).toContain(status);
    },
  );

  it('may end in a dot or look like a route', async () => {
    for (const name of ['a.', 'start-all', 'health', 'con', '__proto__'.slice(2)]) {
      const { answer } = await call(url, 'getInstance', { name });
      expect(answer).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    }
    await fail(url, 'getInstance', 'INVALID_NAME', { name: '__proto__' });
    await fail(url, 'getInstance', 'INSTANCE_NOT_FOUND', { name: 'constructor' });
  });
});

describe('queries', () => {
  it('are checked', async () => {
    await succeed(url, 'createInstance', { body: { name: 'q', model_path: test.model } });
    await succeed(url, 'getInstanceLogs', { name: 'q', query: '?lines=10000&level=error' });
    const wrong = [
      'lines=1e9',
      'lines=1e3',
      'lines=',
      'lines=0',
      'lines=-5',
      'lines=10001',
      'level=x',
      'line=1',
      'lines=1&lines=1',
    ];
    for (const query of wrong) {
      const refusal = await fail(url, 'getInstanceLogs', 'VALIDATION_FAILED', {
        name: 'q',
        query: `?${query}`,
      });
      expect(refusal.issues).toHaveLength(1);
    }
    const { suggestions } = await fail(url, 'getInstanceLogs', 'VALIDATION_FAILED', {
      name: 'q',
      query: '?line=1',
    });
    expect(suggestions).toEqual(['lines']);
  });
});

describe('odd requests', () => {
  it('does not break on a port in Host that no port is', async () => {
    const head = 'GET /api/instances/a/logs?lines=1 HTTP/1.1\r\nHost: 127.0.0.1:99999\r\n';
    const { status } = await exchange(test.server.port, `${head}Connection: close\r\n\r\n`);
    expect(status).toBe(404);
  });

  it('says that an update takes no name, not that the name is wrong', async () => {
    const response = await fetch(`${url}/api/instances/a`, {
      method: 'PUT',
      headers: json,
      body: '{"name":"b"}',
    });
    expect(await response.json()).toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});
