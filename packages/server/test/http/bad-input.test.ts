import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, succeed } from '../support/call.js';
import { jsonType, type PostBody, post } from '../support/post.js';
import { exchange, openRaw } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer();
  url = test.server.url;
});
afterAll(() => test[Symbol.asyncDispose]());

const right = '"name":"a","model_path":"/m.gguf"';

describe('bodies', () => {
  it.each<[string, PostBody, string]>([
    ['no JSON', '{', 'INVALID_REQUEST'],
    ['two values', '{} {}', 'INVALID_REQUEST'],
    ['a comment', '{/* a */}', 'INVALID_REQUEST'],
    ['text', '"a"', 'VALIDATION_FAILED'],
    ['null', 'null', 'VALIDATION_FAILED'],
    ['a list', '[]', 'VALIDATION_FAILED'],
    ['a name that leads away', `{"name":"../a","model_path":"/m"}`, 'INVALID_NAME'],
  ])('are refused with %s', async (_what, body, code) => {
    expect(await post(url, body)).toMatchObject({ status: 400, code });
  });

  it('must be there where they are needed', async () => {
    await fail(url, 'createInstance', 'VALIDATION_FAILED');
    await fail(url, 'createInstance', 'VALIDATION_FAILED', { body: '' });
    await fail(url, 'updateInstance', 'VALIDATION_FAILED', { name: 'a' });
  });
});

describe('C13: text that is none', () => {
  it.each<[string, PostBody]>([
    ['a byte order mark', '\ufeff{}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['overlong UTF-8', Buffer.from('{"name":"\xc0\xaf"}', 'latin1')],
    ['UTF-8 that is cut off', Buffer.from('{"name":"\xe2\x82"}', 'latin1')],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['half a surrogate pair', '{"name":"\\ud800"}'],
    ['the other half', '{"name":"\\udc00"}'],
    ['an escaped NUL', `{${right},"command":"/a\\u0000b"}`],
    ['a NUL', `{${right},"command":"/a\0b"}`],
  ])('is refused: %s', async (_what, body) => {
    expect(await post(url, body)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });
});

describe('C14: the type of a body', () => {
  it.each<[string, Record<string, string>]>([
    ['no type', {}],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['parts of a form', { 'content-type': 'multipart/form-data; boundary=a' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['something like JSON', { 'content-type': 'application/jsonp' }],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }],
  ])('may not be %s: 415', async (_what, headers) => {
    const body = Buffer.from('{"name":"a","model_path":"/m"}');
    const refused = { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' };
    expect(await post(url, body, headers)).toMatchObject(refused);
  });

  it.each(['application/json', 'application/json; charset=UTF-8', 'APPLICATION/JSON'])(
    'may be %s',
    async (type) => {
      const body = '{"name":"a","model_path":"/nowhere"}';
      const headers = { 'content-type': type, 'content-encoding': 'identity' };
      expect(await post(url, body, headers)).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    },
  );

  it('does not matter where no body is taken', async () => {
    const path = '/api/instances/nobody/start';
    const answers = [
      await post(url, 'no json', { 'content-type': 'text/plain' }, path),
      await post(url, '{"a":', jsonType, path),
      await post(url, Buffer.alloc(5_000_000), {}, path),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
  });

  it('does not matter with GET, whose body is never taken for the next request', async () => {
    const inner = 'DELETE /api/instances/nobody HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const get = (path: string, more: string) =>
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    using connection = await openRaw(test.server.port);
    connection.socket.write(get('/api/instances', `Content-Length: ${inner.length}\r\n`) + inner);
    connection.socket.write(get('/ready', 'Connection: close\r\n'));
    const statuses = (await connection.closed).match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });
});

describe('C15: a number', () => {
  it.each([
    ['port 0', `{${right},"port":0}`, 'port'],
    ['port -0', `{${right},"port":-0}`, 'port'],
    ['port 65536', `{${right},"port":65536}`, 'port'],
    ['port 1.5', `{${right},"port":1.5}`, 'port'],
    ['port as text', `{${right},"port":"8081"}`, 'port'],
    ['port 1e400', `{${right},"port":1e400}`, 'port'],
    ['an option beyond 2^53', `{${right},"options":{"seed":9007199254740993}}`, 'options.seed'],
    ['an option of 1e400', `{${right},"options":{"temp":1e400}}`, 'options.temp'],
  ])('that is no use is refused, and named: %s', async (_what, body, path) => {
    expect(await post(url, body)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', path });
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
      headers: jsonType,
      body: '{"name":"b"}',
    });
    expect(await response.json()).toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});
