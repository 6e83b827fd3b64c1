import { join } from 'node:path';
import type { InstanceOptions } from '@llamactl/contract';
import { findLlamaServer, makeTinyGguf, tempDir, waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServer } from '../../../src/create-server.js';
import type { LogFields } from '../../../src/log/logger.js';
import type { LlamactlServer } from '../../../src/options.js';
import { succeed } from '../../support/call.js';

const dir = await tempDir();
const finished: LogFields[] = [];
let server: LlamactlServer;

beforeAll(async () => {
  const { path } = await findLlamaServer();
  const say = () => {};
  const debug = (message: string, fields: LogFields = {}) => {
    if (message === 'request' && fields.instance) finished.push(fields);
  };
  server = await createServer({
    port: 0,
    config: { backends: { 'llama-cpp': { command: path } } },
    logger: { debug, info: say, warn: say, error: say },
  });
  const model_path = await makeTinyGguf(join(dir.path, 'tiny.gguf'));
  const create = (name: string, more: InstanceOptions) => {
    const options = { threads: 1, context_size: 2_048, parallel: 1, ...more };
    return server.llamactl.create({ name, model_path, options });
  };
  await create('tiny', { context_shift: true });
  await create('embedder', { embeddings: true, pooling: 'mean' });
  await create('ranker', { rerank: true });
});
afterAll(async () => {
  await server.close({ force: true });
  await dir.remove();
});

function ask(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  const text = JSON.stringify({ model: 'tiny', ...body });
  return fetch(server.url + path, { method: 'POST', body: text, ...(signal && { signal }) });
}

const messages = [{ role: 'user', content: 'Hello' }];
const chat = { messages, max_tokens: 12 };
const stream = { stream: true };
const prompt = { prompt: 'Once upon a time', n_predict: 12 };

it.each<[what: string, path: string, body: object, isStream: boolean, hasSpeed: boolean]>([
  ['a chat', '/v1/chat/completions', chat, true, true],
  ['a streamed chat', '/v1/chat/completions', { ...chat, ...stream }, true, true],
  ['a chat with tools', '/v1/chat/completions', { ...chat, tools: [] }, true, true],
  ['a chat in one piece', '/v1/chat/completions', { ...chat, return_progress: true }, false, true],
  ['a completion', '/completion', prompt, true, true],
  ['a streamed completion', '/completion', { ...prompt, ...stream }, true, true],
  ['a message', '/v1/messages', chat, true, false],
  ['a streamed message', '/v1/messages', { ...chat, ...stream }, true, false],
])('tells how long %s of a real llama-server took, and what it came to', async (...row) => {
  const [, path, body, isStream, hasSpeed] = row;
  finished.length = 0;
  const answer = await ask(path, body);
  expect(answer.status).toBe(200);
  await answer.text();
  const [fields] = await waitFor(() => (finished.length === 1 ? finished : null));
  expect(fields).toMatchObject({ tokens_in: expect.any(Number), tokens_out: 12 });
  expect(Number(fields?.tokens_in)).toBeGreaterThan(3);
  if (hasSpeed) expect(Number(fields?.tokens_per_second)).toBeGreaterThan(1);
  if (isStream) {
    expect(Number(fields?.first_token_ms)).toBeGreaterThan(0);
    expect(Number(fields?.first_token_ms)).toBeLessThanOrEqual(Number(fields?.ms));
  } else expect(fields?.first_token_ms).toBeUndefined();
});

const documents = Array.from({ length: 40 }, (_, at) => `${at} plus ${at}`);

it.each([
  ['embedder', '/v1/embeddings', { input: ['one two three', 'four'] }],
  ['embedder', '/v1/embeddings', { input: 'five', encoding_format: 'base64' }],
  ['ranker', '/v1/rerank', { query: 'one', documents }],
  ['ranker', '/rerank', { query: 'one', documents: ['one'] }],
])('tells what the prompt of %s came to on %s', async (model, path, body) => {
  finished.length = 0;
  const answer = await ask(path, { model, ...body });
  const { usage } = (await answer.json()) as { usage: { prompt_tokens: number } };
  const [fields] = await waitFor(() => (finished.length === 1 ? finished : null));
  expect(usage.prompt_tokens).toBeGreaterThan(0);
  expect(fields).toMatchObject({ instance: model, tokens_in: usage.prompt_tokens });
  expect(fields?.tokens_out).toBeUndefined();
});

it('lists how long the first part of a stream took, once it is there', async () => {
  const leave = new AbortController();
  const answer = await ask('/v1/chat/completions', { messages, ...stream }, leave.signal);
  await answer.body?.getReader().read();
  const { requests } = await succeed(server.url, 'listRequests');
  expect(requests[0]).toMatchObject({ state: 'answering', first_token_ms: expect.any(Number) });
  leave.abort();
});
