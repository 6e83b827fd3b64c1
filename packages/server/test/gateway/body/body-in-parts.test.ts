import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayScene, gatewayScene } from '../../support/gateway-scene.js';
import { exchange } from '../../support/raw-http.js';

let scene: GatewayScene;
beforeAll(async () => {
  scene = await gatewayScene();
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

const begin = '{"model":"alpha","text":"';

/** Sends a body of so many bytes, each chunk of the same size. */
async function send(length: number, chunkBytes: number) {
  const body = `${begin.padEnd(length - 2, 'abcdefg')}"}`;
  const chunks = body.match(new RegExp(`.{1,${chunkBytes}}`, 'g')) ?? [];
  const answer = await exchange(
    scene.port,
    'POST /tokenize HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n',
    chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join(''),
    '0\r\n\r\n',
  );
  return { body, answer };
}

describe('a body in many chunks', () => {
  it.each([
    [9_000, 1],
    [300_000, 24],
    [200_001, 1_000],
    [3_000_000, 70_000],
  ])('of %d bytes, %d in each, arrives as it is', async (length, chunkBytes) => {
    const { body, answer } = await send(length, chunkBytes);
    expect(answer.status).toBe(200);
    const request = (await scene.seen('alpha')).at(-1);
    expect(Buffer.from(request?.body ?? '', 'base64').toString()).toBe(body);
  });

  it('is refused when they are far too small, as each costs much more than what it brings', async () => {
    const { answer } = await send(60_000, 1);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: 'INVALID_REQUEST', message: expect.stringContaining('too many small parts') },
    });
  });
});
