import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, openRaw, parseAnswer } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let port: number;

beforeAll(async () => {
  test = await startTestServer({
    timeouts: { headersMs: 400, requestMs: 1_000, keepAliveMs: 1_500 },
  });
  port = test.server.port;
});
afterAll(() => test[Symbol.asyncDispose]());

const host = 'Host: localhost\r\n';
const close = 'Connection: close\r\n';

/** A request with a body, from its further headers on. */
function posted(rest: string): string {
  return `POST /api/instances HTTP/1.1\r\n${host}Content-Type: application/json\r\n${rest}`;
}

function codeOf(body: string): unknown {
  const answer = JSON.parse(body);
  expect(answer).toEqual({
    error: expect.any(String),
    code: expect.any(String),
    details: expect.any(String),
  });
  return answer.code;
}

describe('what is not quite HTTP', () => {
  it.each<[string, string]>([
    ['C19: no HTTP', 'hello\r\n\r\n'],
    ['C19: no version', `GET /health\r\n${host}\r\n`],
    ['C19: a method that is none', `G<T /health HTTP/1.1\r\n${host}${close}\r\n`],
    ['C19: HTTP/0.9', `GET /health HTTP/0.9\r\n${host}\r\n`],
    ['C19: HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['C19: HTTP/3.0', `GET /health HTTP/3.0\r\n${host}\r\n`],
    ['C19: a whole URL', `GET http://localhost/health HTTP/1.1\r\n${host}${close}\r\n`],
    ['C19: a URL of elsewhere', `GET http://evil.example/ HTTP/1.1\r\n${host}${close}\r\n`],
    ['C19: a star', `OPTIONS * HTTP/1.1\r\n${host}${close}\r\n`],
    ['C21: a folded header', `GET /health HTTP/1.1\r\n${host}X-A: a\r\n b\r\n${close}\r\n`],
    ['C21: a bare CR', `GET /health HTTP/1.1\r\n${host}X-A: a\rb\r\n${close}\r\n`],
    ['C21: a space before the colon', `GET /health HTTP/1.1\r\n${host}X-A : a\r\n${close}\r\n`],
    ['C21: a NUL in a header', `GET /health HTTP/1.1\r\n${host}X-A: a\0b\r\n${close}\r\n`],
    ['C21: a header without a name', `GET /health HTTP/1.1\r\n${host}: a\r\n${close}\r\n`],
    [
      'C21: both lengths',
      `POST /api/instances HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'C21: two lengths',
      `POST /api/instances HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`,
    ],
    ['C21: a negative length', posted('Content-Length: -5\r\n\r\n')],
    ['C21: a length with a sign', posted('Content-Length: +5\r\n\r\nabcde')],
    ['C21: a length in hex', posted('Content-Length: 0x5\r\n\r\nabcde')],
    ['C21: a list of lengths', posted('Content-Length: 5, 5\r\n\r\nabcde')],
    ['C21: a length beyond all numbers', posted(`Content-Length: ${'9'.repeat(30)}\r\n\r\n`)],
    ['C21: an unknown transfer', posted('Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n')],
    [
      'C21: a transfer that is chunked first',
      posted('Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n'),
    ],
    ['C21: an endless chunk', posted(`Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(30)}\r\n`)],
    [
      'C21: a broken chunk',
      `POST /api/instances HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    ],
    ['C21: no host', `GET /health HTTP/1.1\r\n${close}\r\n`],
    ['C21: two hosts', `GET /health HTTP/1.1\r\n${host}${host}${close}\r\n`],
  ])('%s is refused', async (_what, text) => {
    const answer = await exchange(port, text);
    expect(answer.status).toBe(400);
    expect(codeOf(answer.body)).toBe('INVALID_REQUEST');
    expect(answer.headers).toMatchObject({
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': expect.any(String),
      'x-content-type-options': 'nosniff',
    });
  });

  it('C21: headers of more than 16 KiB are refused, one or many', async () => {
    const large = `X-A: ${'a'.repeat(20_000)}\r\n`;
    const many = Array.from({ length: 5_000 }, (_, n) => `X-${n}: a\r\n`).join('');
    for (const headers of [large, many]) {
      const answer = await exchange(port, `GET /health HTTP/1.1\r\n${host}${headers}${close}\r\n`);
      expect(answer.status).toBe(431);
      expect(codeOf(answer.body)).toBe('HEADERS_TOO_LARGE');
    }
  });

  it('C21: a body that ends early is refused', async () => {
    using connection = await openRaw(port);
    connection.socket.end(
      `POST /api/instances HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{}`,
    );
    const received = await connection.closed;
    if (received !== '') expect(parseAnswer(received).status).toBe(400);
  });
});

describe('what HTTP has', () => {
  it('serves HTTP/1.0 without Host', async () => {
    const answer = await exchange(port, 'GET /health HTTP/1.0\r\n\r\n');
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  it.each(['h2c', 'websocket', 'TLS/1.2'])(
    'serves a request that offers to upgrade to %s',
    async (to) => {
      const headers = `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${to}\r\nHTTP2-Settings: AAMA\r\n`;
      using connection = await openRaw(port);
      connection.socket.write(`GET /health HTTP/1.1\r\n${host}${headers}\r\n`);
      await connection.waitFor(/\{"status":"ok"\}/);
      expect(parseAnswer(connection.received).status).toBe(200);
    },
  );

  it('serves several requests on a connection, in order', async () => {
    const request = (path: string, more = '') => `GET ${path} HTTP/1.1\r\n${host}${more}\r\n`;
    using connection = await openRaw(port);
    connection.socket.write(request('/health') + request('/nothing') + request('/ready', close));
    const received = await connection.closed;
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
    ]);
  });

  it('serves Expect, known or not', async () => {
    const head = `POST /api/instances HTTP/1.1\r\n${host}${close}Content-Type: application/json\r\nContent-Length: 2\r\n`;
    using patient = await openRaw(port);
    patient.socket.write(`${head}Expect: 100-continue\r\n\r\n`);
    await patient.waitFor(/100 Continue\r\n\r\n/);
    patient.socket.write('{}');
    expect(await patient.closed).toMatch(/HTTP\/1\.1 400/);
    const strange = await exchange(port, `${head}Expect: miracles\r\n\r\n{}`);
    expect(strange.status).toBe(400);
    expect(JSON.parse(strange.body).code).toBe('VALIDATION_FAILED');
  });

  it('keeps the id of a request when it is a short token', async () => {
    const ask = (id: string) =>
      exchange(port, `GET /health HTTP/1.1\r\n${host}${close}X-Request-Id: ${id}\r\n\r\n`);
    expect((await ask('abc-1.2:3_4')).headers['x-request-id']).toBe('abc-1.2:3_4');
    for (const id of ['a b', 'a"b', 'a'.repeat(129), '<script>', '']) {
      expect((await ask(id)).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('C10: slow clients', () => {
  it('are told 408 when their headers take too long, and do not keep others waiting', async () => {
    const slow = await Promise.all(Array.from({ length: 500 }, () => openRaw(port)));
    for (const { socket } of slow) socket.write('GET /health HTTP/1.1\r\nX-A: ');
    const begun = performance.now();
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(3_000);
    for (const { closed } of slow) {
      const answer = parseAnswer(await closed);
      expect(answer.status).toBe(408);
      expect(codeOf(answer.body)).toBe('REQUEST_TIMEOUT');
    }
  });

  it('are cut off, without a word, when they say nothing at all', async () => {
    using connection = await openRaw(port);
    expect(await connection.closed).toBe('');
  });

  it('may say nothing for as long as an idle connection is kept, as those do that connect ahead', async () => {
    using connection = await openRaw(port);
    await delay(900);
    connection.socket.write(`GET /health HTTP/1.1\r\n${host}${close}\r\n`);
    expect(parseAnswer(await connection.closed).status).toBe(200);
  });

  it('are told 408 when their body takes too long', async () => {
    const head = `POST /api/instances HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{`;
    const answer = await exchange(port, head);
    expect(answer.status).toBe(408);
    expect(codeOf(answer.body)).toBe('REQUEST_TIMEOUT');
  });

  it('are cut off when they go on sending a body that nobody reads', async () => {
    using connection = await openRaw(port);
    connection.socket.write(
      `POST /api/instances/a/start HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`,
    );
    const timer = setInterval(() => connection.socket.write('1\r\na\r\n'), 50);
    const answer = parseAnswer(await connection.closed);
    clearInterval(timer);
    expect(answer.status).toBe(404);
    expect(answer.headers.connection).toBe('close');
  });
});
