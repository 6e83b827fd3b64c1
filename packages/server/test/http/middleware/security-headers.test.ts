import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../../support/ask.js';
import { handshake } from '../../support/handshake.js';
import { exchange } from '../../support/raw-http.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test[Symbol.asyncDispose]());

it('every answer says that it is neither kept, guessed at, framed, run nor embedded elsewhere', async () => {
  const { url, port } = test.server;
  const answers = [
    await ask(url, '/api/instances'),
    await ask(url, '/health'),
    await ask(url, '/nothing'),
    await ask(url, '/api/instances', { method: 'OPTIONS' }),
    await ask(url, '/api/instances', { method: 'POST', body: '{' }),
    await ask(url, '/api/instances', { headers: { host: 'evil.example' } }),
    await exchange(port, 'no HTTP\r\n\r\n'),
    await exchange(port, handshake('/api/ws', { Origin: 'null' })),
  ];
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  }
});
