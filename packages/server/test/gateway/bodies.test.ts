import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.js';

let scene: GatewayScene;
beforeAll(async () => {
  scene = await gatewayScene();
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

/** What the instance has got of a request. */
async function arrived(path: string, init: RequestInit): Promise<Buffer> {
  const answer = await fetch(scene.url + path, { method: 'POST', ...init });
  expect(answer.status).toBe(200);
  await answer.text();
  const request = (await scene.seen('alpha')).at(-1);
  return Buffer.from(request?.body ?? '', 'base64');
}

const bodies: [what: string, body: string | Buffer][] = [
  [
    'numbers that no double holds',
    '{"model":"alpha","seed":9007199254740993,"big":123456789012345678901234567890,"e":1e400,"zero":-0.0}',
  ],
  ['keys in an order that a parser changes', '{"z":1,"10":2,"2":3,"model":"alpha","a":4,"0":5}'],
  ['a key that is there twice', '{"temperature":0,"model":"alpha","temperature":1}'],
  [
    'unicode, raw and escaped',
    '{"model":"al\\u0070ha","text":"ä模型🦙\\ud83e\\udd99\\ud800\\u0000\\/"}',
  ],
  ['bytes that are no UTF-8', Buffer.from('{"model":"alpha","text":"\xff\xfe\xc3"}', 'latin1')],
  ['white space', '\r\n\t{ "model" :\n"alpha" ,\r\n"x":[ ] }\n\n'],
  ['another model within a text', '{"x":"\\"model\\": \\"y\\"","model":"alpha"}'],
  [
    'many levels',
    `{"model":"alpha","x":"${'['.repeat(50_000)}","y":${'['.repeat(50)}${']'.repeat(50)}}`,
  ],
];

/** What is asked for in parts where one piece is wanted. */
const inParts = ['/v1/chat/completions', '/completion', '/v1/messages', '/v1/responses'];

describe('P16: a body arrives byte for byte', () => {
  it.each(bodies)('%s', async (_what, body) => {
    const sent = Buffer.from(body);
    for (const path of ['/v1/embeddings', '/tokenize', '/v1/messages/count_tokens']) {
      expect((await arrived(path, { body: sent })).equals(sent)).toBe(true);
    }
  });

  it.each(bodies)('%s, in a chat that is streamed', async (_what, body) => {
    const text = Buffer.from(body).toString('latin1');
    const sent = Buffer.from(text.replace('{', '{"stream":true,'), 'latin1');
    for (const path of inParts) {
      expect((await arrived(path, { body: sent })).equals(sent)).toBe(true);
    }
  });

  it.each(bodies)(
    '%s, in a chat of one piece: but for what asks for it in parts',
    async (_what, body) => {
      const sent = Buffer.from(body);
      const kept = sent.subarray(0, sent.lastIndexOf('}'));
      for (const path of inParts) {
        const got = await arrived(path, { body: sent });
        expect(got.subarray(0, kept.length).equals(kept)).toBe(true);
        expect(got.subarray(kept.length).toString()).toBe(
          ',"stream":true,"stream_options":{"include_usage":true}}',
        );
      }
    },
  );

  it('a form with a file', async () => {
    const boundary = '--odd.boundary';
    const part = (head: string, data: string | Buffer) =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(data),
        Buffer.from('\r\n'),
      ]);
    const file = Buffer.concat([
      randomBytes(300_000),
      Buffer.from('\r\n--odd\r\nname="model"\r\n'),
    ]);
    const sent = Buffer.concat([
      Buffer.from('A preamble.\r\n'),
      part('name="file"; filename="Sprache ä.wav"', file),
      part('name="model"', 'alpha'),
      part('name="prompt"', 'ünïcode'),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
    expect((await arrived('/v1/audio/transcriptions', { body: sent, headers })).equals(sent)).toBe(
      true,
    );
  });

  it('a form as a client makes it', async () => {
    const form = new FormData();
    form.set('file', new Blob([randomBytes(100_000)]), 'speech.wav');
    form.set('model', 'alpha');
    const { headers, body } = new Request('http://localhost', { method: 'POST', body: form });
    const sent = Buffer.from(await new Response(body).arrayBuffer());
    const type = { 'content-type': headers.get('content-type') ?? '' };
    const got = await arrived('/v1/audio/transcriptions', { body: sent, headers: type });
    expect(got.equals(sent)).toBe(true);
  });

  it('anything, to one instance, also in chunks', async () => {
    const sent = randomBytes(2_000_000);
    const path = '/api/instances/alpha/proxy/upload';
    expect((await arrived(path, { method: 'PUT', body: sent })).equals(sent)).toBe(true);
    const chunks = { body: new Blob([sent]).stream(), duplex: 'half' } as RequestInit;
    expect((await arrived(path, { method: 'PUT', ...chunks })).equals(sent)).toBe(true);
  });
});
