import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handshake } from '../support/handshake.js';
import { openSocket } from '../support/open-socket.js';
import { exchange, openRaw } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({
    config: {
      server: { allowed_hosts: ['LLM.example.org'], allowed_origins: ['https://ui.example.org/'] },
    },
  });
});
afterAll(() => test[Symbol.asyncDispose]());

/** Resolves with the head of the answer to a handshake that is taken. */
async function accepted(text: string): Promise<string> {
  using connection = await openRaw(test.server.port);
  connection.socket.write(text);
  await connection.waitFor(/"type":"hello"/);
  return connection.received.split('\r\n\r\n')[0] ?? '';
}

async function refused(text: string) {
  const { status, headers, body } = await exchange(test.server.port, text);
  const { code, ...rest } = JSON.parse(body);
  expect(rest).toMatchObject({ error: expect.any(String), details: expect.any(String) });
  expect(headers).toMatchObject({
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': expect.stringMatching(/^[\w.:-]+$/),
  });
  return { status, code, headers, issues: rest.issues, suggestions: rest.suggestions };
}

describe('a handshake', () => {
  it('is taken, and compression is not', async () => {
    const extensions = 'permessage-deflate; client_max_window_bits';
    const head = await accepted(handshake('/api/ws', { 'Sec-WebSocket-Extensions': extensions }));
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(head).not.toMatch(/extensions|protocol:/i);
  });

  it.each([
    [['llamactl.v1'], 'llamactl.v1'],
    [['llamactl.bearer.secret', 'llamactl.v1'], 'llamactl.v1'],
    [['other', 'llamactl.v2'], ''],
  ])('that offers %j gets the protocol "%s"', async (protocols, chosen) => {
    const offer = handshake('/api/ws', { 'Sec-WebSocket-Protocol': protocols.join(', ') });
    const [, protocol = ''] = /Sec-WebSocket-Protocol: (.*)/.exec(await accepted(offer)) ?? [];
    expect(protocol.trim()).toBe(chosen);
  });

  it.each([undefined, 'http://localhost', 'http://localhost:80', 'https://ui.example.org'])(
    'S12: may come from a page of %s',
    async (origin) => {
      await accepted(handshake('/api/ws', { Origin: origin }));
    },
  );

  it.each([
    'null',
    '',
    'http://localhost:81',
    'https://evil.org',
    'https://ui.example.org.evil.org',
    'http://ui.example.org',
    'file://',
    'chrome-extension://localhost',
  ])('S12: may not come from a page of "%s"', async (origin) => {
    expect(await refused(handshake('/api/ws', { Origin: origin }))).toMatchObject({
      status: 403,
      code: 'ORIGIN_FORBIDDEN',
    });
  });

  it.each(['127.0.0.1:1', '[::1]', 'app.localhost', 'llm.example.org:443', hostname()])(
    'S14: may ask for the host %s',
    async (host) => {
      await accepted(handshake('/api/ws', { Host: host }));
    },
  );

  it.each(['example.org', 'localhost.evil.org', '127.0.0.1.evil.org', ''])(
    'S14: may not ask for the host "%s", though its page has the same',
    async (host) => {
      const text = handshake('/api/ws', { Host: host, Origin: `http://${host}` });
      expect(await refused(text)).toMatchObject({ status: 403, code: 'HOST_FORBIDDEN' });
    },
  );

  it.each([
    ['?since=x', 'since'],
    ['?since=a:-1', 'since'],
    ['?since=a:1&since=a:2', 'since'],
    [`?since=${'a'.repeat(65)}:1`, 'since'],
    ['?types=', 'types'],
    ['?types=instance_status_change', 'types'],
    ['?types=hello', 'types'],
    ['?type=system_alert', 'type'],
    ['?since', 'since'],
  ])('is refused for its query %s', async (query, path) => {
    const answer = await refused(handshake(`/api/ws${query}`));
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', issues: [{ path }] });
  });

  it('is told the nearest type', async () => {
    const answer = await refused(handshake('/api/ws?types=instance_status_change'));
    expect(answer.suggestions).toContain('instance_status_changed');
  });

  it.each(['/api/w', '/api/ws/', '/API/ws', '/ws', '/', '/api//ws', '//api/ws', '/api/%77s'])(
    'is refused on %s',
    async (path) => {
      const text = handshake(path).replace('Connection: Upgrade', 'Connection: Upgrade, close');
      expect(await refused(text)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    },
  );

  it.each<[string, Record<string, string | undefined>]>([
    ['no key', { 'Sec-WebSocket-Key': undefined }],
    ['a wrong key', { 'Sec-WebSocket-Key': 'short' }],
    ['no version', { 'Sec-WebSocket-Version': undefined }],
    ['another version', { 'Sec-WebSocket-Version': '12' }],
    ['a wrong list of protocols', { 'Sec-WebSocket-Protocol': 'a,,b' }],
    ['no host', { Host: undefined }],
  ])('is refused with %s', async (_what, headers) => {
    expect(await refused(handshake('/api/ws', headers))).toMatchObject({
      status: 400,
      code: 'INVALID_REQUEST',
    });
  });

  it('keeps its id', async () => {
    const { headers } = await refused(
      handshake('/api/ws', { Origin: 'null', 'X-Request-Id': 'my-1' }),
    );
    expect(headers['x-request-id']).toBe('my-1');
  });

  it('may be followed at once by what belongs to the socket', async () => {
    using connection = await openRaw(test.server.port);
    const ping = Buffer.from([0x89, 0x80, 1, 2, 3, 4]);
    connection.socket.write(Buffer.concat([Buffer.from(handshake()), ping]));
    await connection.waitFor({ test: (text) => text.includes('\u008a\0') });
  });
});

describe('the path', () => {
  it('is nothing for plain requests', async () => {
    const response = await fetch(`${test.server.url}/api/ws`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ details: expect.stringContaining('WebSocket') });
  });

  it('lies under the base path', async () => {
    await using other = await startTestServer({ basePath: '/llm/' });
    using socket = await openSocket(other.server.url);
    await socket.first('snapshot');
    const { status } = await exchange(
      other.server.port,
      handshake().replace('Connection: Upgrade', 'Connection: Upgrade, close'),
    );
    expect(status).toBe(404);
  });
});
