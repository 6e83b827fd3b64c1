import { freePort } from '@llamactl/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, type AskParts, ask } from '../../support/ask.js';
import { exchange, openRaw, parseAnswer } from '../../support/raw-http.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

let test: TestServer;
afterEach(() => test[Symbol.asyncDispose]());

type Config = NonNullable<NonNullable<Parameters<typeof startTestServer>[0]>['config']>;

/** A server with limits as they are shipped, unless told. */
async function start(
  rate_limit: Config['rate_limit'] = {},
  server: Config['server'] = {},
  timeouts = {},
) {
  test = await startTestServer({ timeouts, config: { rate_limit, server } });
}

const list = (parts?: AskParts) => ask(test.server.url, '/api/instances', parts);
const begin = (parts?: AskParts) =>
  ask(test.server.url, '/api/instances/nobody/start', { method: 'POST', ...parts });

async function many(count: number, asking: () => Promise<Asked>): Promise<Asked[]> {
  const answers: Asked[] = [];
  for (let asked = 0; asked < count; asked += 1) answers.push(await asking());
  return answers;
}

function standingOf({ headers }: Pick<Asked, 'headers'>) {
  const numbers = ['limit', 'remaining', 'reset'].map((name) => {
    const value = headers[`x-ratelimit-${name}`];
    expect(value).toMatch(/^\d+$/);
    return Number(value);
  });
  const [limit, remaining, reset = 0] = numbers;
  const inSeconds = reset - Date.now() / 1_000;
  expect(inSeconds).toBeGreaterThan(0);
  expect(inSeconds).toBeLessThan(61);
  return { limit, remaining };
}

describe('rate limits', () => {
  it('let 100 regular requests a minute through, each told how many are left', async () => {
    await start();
    const answers = await many(100, list);
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(answers.map(standingOf)).toEqual(
      answers.map((_, at) => ({ limit: 100, remaining: 99 - at })),
    );
    const refused = await list();
    expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(standingOf(refused)).toEqual({ limit: 100, remaining: 0 });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(JSON.parse(refused.text)).toEqual({
      error: expect.stringContaining('100 requests'),
      code: 'RATE_LIMITED',
      details: expect.stringContaining(`${seconds} s`),
    });
  });

  it('let 10 intensive ones through, and count them apart', async () => {
    await start();
    const answers = await many(11, begin);
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(404), 429]);
    expect(answers.map(standingOf).map(({ limit }) => limit)).toEqual(Array(11).fill(10));
    expect(standingOf(await list())).toEqual({ limit: 100, remaining: 99 });
  });

  it('count whatever the answer is', async () => {
    await start({ regular: 8, intensive: 2 });
    const { url } = test.server;
    const json = { 'content-type': 'application/json' };
    const asked: [number, string, AskParts][] = [
      [200, '/api/instances', { method: 'HEAD' }],
      [404, '/api/nothing', {}],
      [404, '/api', {}],
      [405, '/api/instances', { method: 'PATCH' }],
      [400, '/api/instances/a%2fb', {}],
      [400, '/api/instances', { method: 'POST', headers: json, body: '{' }],
      [413, '/api/instances', { method: 'POST', headers: json, body: ' '.repeat(1_100_000) }],
      [415, '/api/instances', { method: 'POST', body: '{}' }],
    ];
    const answers: Asked[] = [];
    for (const [, path, parts] of asked) answers.push(await ask(url, path, parts));
    expect(answers.map(({ status }) => status)).toEqual(asked.map(([status]) => status));
    expect(answers.map(standingOf).map(({ remaining }) => remaining)).toEqual([
      7, 6, 5, 4, 3, 2, 1, 0,
    ]);
    for (const [, path, parts] of asked) expect((await ask(url, path, parts)).status).toBe(429);
    // Once it is over, nothing is read and nothing is done.
    const login = { method: 'POST', headers: json, body: '{"username":"a","password":"b"}' };
    const logins = await many(3, () => ask(url, '/api/auth/login', login));
    expect(logins.map(standingOf).map(({ limit }) => limit)).toEqual([2, 2, 2]);
    expect(logins.at(-1)?.status).toBe(429);
  });

  it('are told when the body of a request took too long, too', async () => {
    await start({}, {}, { headersMs: 400, requestMs: 1_000 });
    const head =
      'POST /api/instances HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: my-1\r\n' +
      'Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{';
    const answer = await exchange(test.server.port, head);
    expect(answer.status).toBe(408);
    expect(answer.headers['x-request-id']).toBe('my-1');
    expect(standingOf(answer)).toEqual({ limit: 100, remaining: 99 });
  });

  it('count neither OPTIONS, nor health, nor what is outside the API', async () => {
    await start({ regular: 1 });
    const { url } = test.server;
    for (const path of ['/health', '/ready', '/', '/favicon.ico', '/apis', '/api/instances']) {
      const method = path === '/api/instances' ? 'OPTIONS' : 'GET';
      const answers = await many(5, () => ask(url, path, { method }));
      for (const { headers, status } of answers) {
        expect(status).not.toBe(429);
        expect(headers).not.toHaveProperty('x-ratelimit-limit');
      }
    }
    expect((await list()).status).toBe(200);
  });

  it('count a followed log once', async () => {
    await start({ regular: 3 });
    const { llamactl, port, url } = test.server;
    await llamactl.create({ name: 'a', model_path: test.model, port: await freePort() });
    using follow = await openRaw(port);
    follow.socket.write(
      'GET /api/instances/a/logs?follow=true HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    await follow.waitFor(/200 OK/);
    expect(standingOf(parseAnswer(follow.received))).toEqual({ limit: 3, remaining: 2 });
    await llamactl.start('a');
    await llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
    await follow.waitFor(/listening on/);
    expect(standingOf(await ask(url, '/api/instances'))).toEqual({ limit: 3, remaining: 1 });
  });

  it('are not looked at when they are off', async () => {
    await start({ enabled: false, regular: 1 });
    for (const { status, headers } of await many(3, list)) {
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('x-ratelimit-limit');
    }
  });
});

describe('S17: the one who is counted', () => {
  it('does not become another one by 10 000 forged X-Forwarded-For', async () => {
    await start();
    const request = (headers: string) =>
      `GET /api/instances HTTP/1.1\r\nHost: a.localhost\r\n${headers}\r\n`;
    using connection = await openRaw(test.server.port);
    for (let n = 0; n < 10_000; n += 1) {
      connection.socket.write(request(`X-Forwarded-For: 10.0.${n >> 8}.${n & 255}\r\n`));
    }
    connection.socket.write(request('Connection: close\r\n'));

    const answers = (await connection.closed).match(/HTTP\/1\.1 \d+/g) ?? [];
    expect(new Set(answers.slice(0, 100))).toEqual(new Set(['HTTP/1.1 200']));
    expect(new Set(answers.slice(100))).toEqual(new Set(['HTTP/1.1 429']));
    expect(answers).toHaveLength(10_001);
  });

  it('is whoever a trusted proxy names last', async () => {
    await start({ regular: 1 }, { trusted_proxies: ['127.0.0.2'] });
    const by = (from: string, forwarded: string) =>
      list({ from, headers: { 'x-forwarded-for': forwarded } });
    expect((await by('127.0.0.2', '203.0.113.1')).status).toBe(200);
    expect((await by('127.0.0.2', '9.9.9.9, 203.0.113.1')).status).toBe(429);
    expect((await by('127.0.0.2', '203.0.113.2')).status).toBe(200);
    expect((await by('127.0.0.2', '2001:db8::1')).status).toBe(200);
    expect((await by('127.0.0.2', '2001:db8::2')).status).toBe(429);
    // One that is not trusted is counted itself.
    expect((await by('127.0.0.3', '203.0.113.3')).status).toBe(200);
    expect((await by('127.0.0.3', '203.0.113.4')).status).toBe(429);
  });

  it('is the sender, not a page that he looks at', async () => {
    await start({ regular: 1 });
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    for (const { code } of await many(5, () => list({ headers: foreign }))) {
      expect(code).toBe('ORIGIN_FORBIDDEN');
    }
    expect((await list()).status).toBe(200);
  });
});
