import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { type GatewayScene, gatewayScene, headerOf } from '../support/gateway-scene.js';
import { handshake } from '../support/handshake.js';
import { exchange, openRaw } from '../support/raw-http.js';

let scene: GatewayScene;
beforeAll(async () => {
  scene = await gatewayScene();
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

const last = async () => {
  const request = (await scene.seen('alpha')).at(-1);
  if (!request) throw new Error('nothing was seen');
  return request;
};

describe('P17: ways to send a request', () => {
  const body = '{"model":"alpha"}';

  it('Expect: 100-continue', async () => {
    using connection = await openRaw(scene.port);
    connection.socket.write(
      `POST /completion HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await connection.waitFor(/100 Continue/);
    connection.socket.write(body);
    const received = await connection.closed;
    expect(received).toMatch(/HTTP\/1\.1 200 OK/);
    expect(headerOf(await last(), 'expect')).toBeUndefined();
  });

  it('a body in chunks', async () => {
    const answer = await exchange(
      scene.port,
      'POST /tokenize HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n',
      `9\r\n${body.slice(0, 9)}\r\n`,
      `${(body.length - 9).toString(16)}\r\n${body.slice(9)}\r\n0\r\n\r\n`,
    );
    expect(answer.status).toBe(200);
    expect(headerOf(await last(), 'content-length')).toBe(String(body.length));
  });

  it('HEAD and OPTIONS', async () => {
    const head = await fetch(`${scene.url}/props?model=alpha`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    const options = await fetch(`${scene.url}/v1/chat/completions`, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe('POST, OPTIONS');
  });

  it('with the wrong method is 405', async () => {
    const answer = await fetch(`${scene.url}/v1/chat/completions`);
    expect(answer.status).toBe(405);
    expect(await answer.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
  });

  it('more than 64 MiB are refused while they come in', async () => {
    const answer = await exchange(
      scene.port,
      `POST /completion HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${65 * 1024 * 1024}\r\n\r\n`,
      Buffer.alloc(100_000),
    );
    expect(answer).toMatchObject({ status: 413 });
    expect(answer.body).toContain('PAYLOAD_TOO_LARGE');
  });
});

describe('P14: requests that want to be taken for others', () => {
  it.each([
    ['two lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    ['two different lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n', 'abcdef'],
    ['a strange encoding', 'Transfer-Encoding: chunked, gzip\r\n', ''],
  ])('%s are refused', async (_what, headers, body) => {
    const before = (await scene.seen('alpha')).length;
    const answer = await exchange(
      scene.port,
      `POST /completion HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`,
    );
    expect(answer.status).toBe(400);
    expect((await scene.seen('alpha')).length).toBe(before);
  });

  it.each([
    ['http://127.0.0.1:1/completion', 400],
    ['//127.0.0.1/completion', 404],
    ['/v1/../slots', 404],
    ['/v1/%2e%2e/slots', 404],
    ['/v1/chat/completions/../../slots/0?action=save', 404],
    ['/api/instances/alpha/proxy/../slots', 400],
    ['/api/instances/alpha/proxy/a/%2e%2e/slots', 400],
    ['/api/instances/alpha/proxy/a%2fb', 400],
    ['/api/instances/alpha/proxy//127.0.0.1/x', 400],
    ['/slots/0?action=save&model=alpha', 404],
    ['/lora-adapters?model=alpha', 405],
  ])('POST %s is %i and reaches no backend', async (target, status) => {
    const before = (await scene.seen('alpha')).length;
    const answer = await exchange(
      scene.port,
      `POST ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 17\r\n\r\n{"model":"alpha"}`,
    );
    expect(answer.status).toBe(status);
    expect((await scene.seen('alpha')).length).toBe(before);
  });

  it('an upgrade is served as a plain request', async () => {
    const received = await exchange(
      scene.port,
      'POST /completion HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Length: 17\r\n\r\n{"model":"alpha"}',
    );
    expect(received.status).toBe(200);
    expect(headerOf(await last(), 'upgrade')).toBeUndefined();
  });

  it('the offer of a WebSocket is refused in words, reaches no backend and leaves no connection', async () => {
    const before = (await scene.seen('alpha')).length;
    const path = '/api/instances/alpha/proxy/socket';
    const answer = await exchange(scene.port, handshake(path, { Connection: 'Upgrade, close' }));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'INVALID_REQUEST',
      error: expect.stringMatching(/WebSocket/),
    });
    expect((await scene.seen('alpha')).length).toBe(before);
    const { requests } = await succeed(scene.url, 'listRequests');
    expect(requests).toEqual([]);
  });
});
