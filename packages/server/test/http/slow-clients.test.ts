import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { type GatewayScene, gatewayScene, type Told } from '../support/gateway-scene.js';
import { openRaw, parseAnswer, type RawConnection } from '../support/raw-http.js';

let scene: GatewayScene;
beforeAll(async () => {
  const timeouts = { requestMs: 600, stallMs: 800, gateway: { bodyIdleMs: 600 } };
  scene = await gatewayScene({ server: { timeouts } });
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

const chat = '/v1/chat/completions';
const underWay = async () => (await succeed(scene.url, 'listRequests')).requests.length;

async function post(path: string, length: number): Promise<RawConnection> {
  const connection = await openRaw(scene.port);
  const type = 'Content-Type: application/json\r\n';
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${type}Content-Length: ${length}\r\n\r\n`;
  connection.socket.write(head);
  return connection;
}

/** Sends a piece again and again, until it has sent all or the other side has closed. */
async function drip(
  { socket, closed }: RawConnection,
  piece: string,
  times: number,
): Promise<void> {
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  for (let left = times; left > 0 && !isClosed; left -= 1) {
    socket.write(piece);
    await delay(50);
  }
}

describe('a body for the gateway', () => {
  it('may take as long as it makes progress', async () => {
    const end = '{"model":"alpha"}';
    const piece = ' '.repeat(500);
    using connection = await post(chat, piece.length * 40 + end.length);
    // Two seconds, more than three times what a small body has.
    await drip(connection, piece, 40);
    connection.socket.write(end);
    await connection.waitFor(/"model":"alpha"/);
    expect(parseAnswer(connection.received).status).toBe(200);
  });

  it.each([
    ['stalls', '{"model":', 1],
    ['comes byte by byte', ' ', 1_000],
  ])(
    'C10: that %s is told 408 in the words of the API, and cut off',
    async (_what, piece, times) => {
      using connection = await post(chat, 10_000);
      await drip(connection, piece, times);
      const { status, headers, body } = parseAnswer(await connection.closed);
      expect(status).toBe(408);
      expect(headers['x-request-id']).toMatch(/./);
      expect(JSON.parse(body)).toMatchObject({
        error: { type: 'invalid_request_error', code: 'REQUEST_TIMEOUT' },
      });
      expect(await underWay()).toBe(0);
    },
  );

  it('C10: that nobody reads, as the request was refused, does not keep the connection', async () => {
    using connection = await post('/v1/none', 10_000);
    await connection.waitFor(/NOT_FOUND/);
    await connection.closed;
  });
});

it('C10: a body for the API has its time as a whole, also when it makes progress', async () => {
  const piece = ' '.repeat(500);
  using connection = await post('/api/instances', piece.length * 1_000);
  await drip(connection, piece, 1_000);
  const { status, body } = parseAnswer(await connection.closed);
  expect(status).toBe(408);
  expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_TIMEOUT' });
});

describe('an answer whose client takes nothing of it', () => {
  const delta = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
  const eventOf = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
  const headers = { 'content-type': 'text/event-stream' };
  const part = eventOf(delta('x'.repeat(65_536)));

  it.each<[string, boolean, readonly string[]]>([
    ['in one piece', false, [...Array(500).fill(part), 'data: [DONE]\n\n']],
    ['in parts', true, Array(500).fill(part)],
  ])('P9: does not keep the connection: %s', async (_what, stream, parts) => {
    const told: Told = { headers, parts };
    const body = JSON.stringify({ model: 'alpha', stream, told });
    using connection = await post(chat, body.length);
    connection.socket.pause();
    connection.socket.write(body);
    await waitFor(async () => (await underWay()) === 1);
    await waitFor(async () => (await underWay()) === 0, { timeoutMs: 20_000 });
    connection.socket.resume();
    expect((await connection.closed).length).toBeLessThan(30_000_000);
  });
});
