import { join } from 'node:path';
import { findLlamaServer, makeTinyGguf, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../../src/create-server.js';
import type { LlamactlServer } from '../../../src/options.js';

type Body = Record<string, unknown>;

/** What of llama-server's own errors is told, and as what. */
interface Told {
  readonly error: { readonly message: string; readonly type: string };
}

let server: LlamactlServer;
let dir: Awaited<ReturnType<typeof tempDir>>;
beforeAll(async () => {
  dir = await tempDir();
  const model_path = await makeTinyGguf(join(dir.path, 'tiny.gguf'), { layers: 60, embd: 64 });
  const command = (await findLlamaServer()).path;
  server = await createServer({ port: 0, config: { backends: { 'llama-cpp': { command } } } });
  // Two requests share a context that is too short for both; they take long enough to meet in it.
  const options = { threads: 1, parallel: 2, context_size: 512, kv_unified: true };
  await server.llamactl.create({ name: 'tiny', model_path, options });
  await server.llamactl.start('tiny');
  await server.llamactl.waitForStatus('tiny', 'running', { timeoutMs: 60_000 });
});
afterAll(async () => {
  await server.close({ force: true });
  await dir.remove();
});

const direct = () => `http://127.0.0.1:${server.llamactl.get('tiny').port}`;
const send = (url: string, path: string, body: string) =>
  fetch(url + path, { method: 'POST', body });
const messages = [{ role: 'user', content: 'Hello' }];
const long = [{ role: 'user', content: 'word '.repeat(1_000) }];
const asJson = (body: Body) => JSON.stringify({ model: 'tiny', ...body });

describe('an error of a real llama-server', () => {
  it.each([
    ['nothing to answer', '/v1/messages', asJson({ max_tokens: 1 }), 'api_error'],
    ['too long', '/v1/messages', asJson({ messages: long }), 'invalid_request_error'],
    [
      'too long for a stream',
      '/v1/messages',
      asJson({ messages: long, stream: true }),
      'invalid_request_error',
    ],
    ['no JSON', '/v1/messages', '{"model":"tiny",', 'invalid_request_error'],
    ['nothing to count', '/v1/messages/count_tokens', asJson({}), 'api_error'],
    [
      'no JSON to count in',
      '/v1/messages/count_tokens',
      '{"model":"tiny",',
      'invalid_request_error',
    ],
  ])('%s: has its status and words, in the shape of Anthropic', async (_what, path, body, type) => {
    const plain = await send(direct(), path, body);
    const { error } = (await plain.json()) as Told;
    const ours = await send(server.url, path, body);
    expect(ours.status).toBe(plain.status);
    const id = ours.headers.get('request-id');
    expect(id).toBe(ours.headers.get('x-request-id'));
    expect(await ours.json()).toEqual({
      type: 'error',
      error: { type, message: error.message },
      request_id: id,
    });
  });

  const tooMuch = { messages, max_tokens: 400 };
  const told = { type: 'api_error', message: expect.stringMatching(/context size/i) };

  it('in the middle of a stream is an event of Anthropic', async () => {
    const body = asJson({ ...tooMuch, stream: true });
    const answers = [1, 2].map(async () => (await send(server.url, '/v1/messages', body)).text());
    for (const text of await Promise.all(answers)) {
      const [last = '', before = ''] = text.trimEnd().split('\n\n').reverse();
      expect(before).toMatch(/^event: content_block_delta\n/);
      const [event, data = ''] = last.split('\ndata: ');
      expect(event).toBe('event: error');
      expect(JSON.parse(data)).toMatchObject({ type: 'error', error: told });
    }
  });

  it('in the middle of an answer in one piece is told as such', async () => {
    const body = asJson(tooMuch);
    const answers = await Promise.all([1, 2].map(() => send(server.url, '/v1/messages', body)));
    for (const answer of answers) {
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({ type: 'error', error: told });
    }
  });

  it('stays as it is where it was not asked for in that way', async () => {
    for (const path of ['/v1/chat/completions', '/api/instances/tiny/proxy/v1/messages']) {
      const plain = await send(direct(), path.replace(/.*proxy/, ''), asJson({}));
      const ours = await send(server.url, path, asJson({}));
      expect(ours.status).toBe(plain.status);
      expect(await ours.text()).toBe(await plain.text());
      expect(ours.headers.has('request-id')).toBe(false);
    }
  });
});
