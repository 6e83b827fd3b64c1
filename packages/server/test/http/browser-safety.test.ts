import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../support/raw-http.js';
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

async function ask(host: string, method = 'GET', more = '') {
  const path = method === 'GET' ? '/api/instances' : '/api/instances/nobody/start';
  const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`;
  const { status, body } = await exchange(test.server.port, head);
  return { status, code: (JSON.parse(body) as { code?: string }).code };
}

describe('S14: the Host header', () => {
  it.each([
    'localhost',
    'LOCALHOST:9999',
    'localhost.',
    'app.localhost:1',
    '127.0.0.1',
    '10.1.2.3:80',
    '[::1]',
    '[::1]:8080',
    '[fe80::1]',
    'llm.example.org',
    'llm.EXAMPLE.org:443',
    hostname(),
    `${hostname().split('.')[0]}.local`,
  ])('may be %s', async (host) => {
    expect((await ask(host)).status).toBe(200);
  });

  it.each([
    'example.org',
    'evil.llm.example.org',
    'localhost.evil.org',
    'localhost@evil.org',
    '127.0.0.1.evil.org',
    'notlocalhost',
    'host.docker.internal',
    'router.lan',
    '1.2.3',
    '[evil]',
    '[::1].evil.org',
    '',
  ])('may not be "%s"', async (host) => {
    expect(await ask(host)).toEqual({ status: 403, code: 'HOST_FORBIDDEN' });
  });
});

describe('S15: the Origin header', () => {
  it.each(['http://localhost', 'http://localhost:80', 'https://ui.example.org'])(
    'may be %s on a change',
    async (origin) => {
      expect(await ask('localhost', 'POST', `Origin: ${origin}\r\n`)).toMatchObject({
        status: 404,
      });
    },
  );

  it.each([
    'null',
    'http://localhost:81',
    'https://evil.org',
    'https://ui.example.org.evil.org',
    'http://ui.example.org',
    'file://',
    'x',
    'chrome-extension://localhost',
  ])('may not be %s on a change, and does not matter for reading', async (origin) => {
    expect(await ask('localhost', 'POST', `Origin: ${origin}\r\n`)).toEqual({
      status: 403,
      code: 'ORIGIN_FORBIDDEN',
    });
    expect(await ask('localhost', 'GET', `Origin: ${origin}\r\n`)).toMatchObject({ status: 200 });
  });
});
