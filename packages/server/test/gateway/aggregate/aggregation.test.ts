import { join } from 'node:path';
import { findLlamaServer, makeTinyGguf, tempDir, waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../../src/create-server.js';
import type { LlamactlServer } from '../../../src/options.js';
import { gatewayScene } from '../../support/gateway-scene.js';
import {
  endOfTurn,
  toolChat,
  toolMessage,
  toolResponse,
  writeToolTemplate,
} from '../../support/tool-calls.js';

type Body = Record<string, unknown>;

describe('an answer in one piece of a real llama-server', () => {
  let server: LlamactlServer;
  let dir: Awaited<ReturnType<typeof tempDir>>;
  beforeAll(async () => {
    dir = await tempDir();
    const model_path = await makeTinyGguf(join(dir.path, 'tiny.gguf'), { layers: 60, embd: 64 });
    const command = (await findLlamaServer()).path;
    server = await createServer({ port: 0, config: { backends: { 'llama-cpp': { command } } } });
    const chat_template_file = join(dir.path, 'tools.jinja');
    await writeToolTemplate(chat_template_file);
    const options = { threads: 1, parallel: 3, context_size: 24_576, chat_template_file };
    await server.llamactl.create({ name: 'tiny', model_path, options });
    await server.llamactl.start('tiny');
    await server.llamactl.waitForStatus('tiny', 'running', { timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await server.close({ force: true });
    await dir.remove();
  });

  const base = { model: 'tiny', seed: 1, temperature: 0, cache_prompt: false };
  const direct = () => `http://127.0.0.1:${server.llamactl.get('tiny').port}`;
  const ask = async (url: string, path: string, body: Body | string) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(url + path, { method: 'POST', body: text });
    return { status: answer.status, body: (await answer.json()) as Body };
  };

  const chat = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 12 };
  const native = { prompt: 'Once', n_predict: 12 };
  const cases: [string, string, Body][] = [
    ['a chat', '/v1/chat/completions', chat],
    ['a chat with a stop', '/v1/chat/completions', { ...chat, stop: ['e'], max_tokens: 60 }],
    ['a chat of one token', '/v1/chat/completions', { ...chat, max_tokens: 1 }],
    ['a chat with logprobs', '/v1/chat/completions', { ...chat, logprobs: true, top_logprobs: 2 }],
    ['logprobs up to a stop', '/v1/chat/completions', { ...chat, logprobs: true, stop: ['e'] }],
    ['a completion', '/v1/completions', { prompt: 'Once', max_tokens: 12 }],
    ['a completion with logprobs', '/v1/completions', { prompt: 'x', max_tokens: 3, logprobs: 2 }],
    ['a wrong request', '/v1/chat/completions', { messages: 'none' }],
    ['too long a prompt', '/v1/completions', { prompt: 'word '.repeat(20_000), max_tokens: 1 }],
    ['two choices', '/v1/chat/completions', { ...chat, n: 2 }],
    ['as many as llama-server calls them', '/v1/chat/completions', { ...chat, n_cmpl: 2 }],
    ['what else it was asked', '/v1/chat/completions', { ...chat, verbose: true }],
    ['an empty chat', '/v1/chat/completions', { ...chat, stop: [' '] }],
    ['two prompts', '/v1/completions', { prompt: ['a', 'b'], max_tokens: 2 }],
    ['a native completion', '/completion', native],
    ['a native one with a stop', '/completion', { ...native, stop: ['e'] }],
    ['probabilities up to a stop', '/completion', { ...native, n_probs: 2, stop: ['e'] }],
    ['a native one with probabilities', '/completion', { ...native, n_probs: 2 }],
    ['native ones', '/completions', { ...native, prompt: ['a', 'b'] }],
    ['tokens of a native one', '/completion', { ...native, return_tokens: true }],
    ['some fields of a native one', '/completion', { ...native, response_fields: ['content'] }],
    ['a wrong native one', '/completion', { ...native, prompt: { no: 'prompt' } }],
    ['no model for infilling', '/infill', { input_prefix: 'a', input_suffix: 'b' }],
    ['calls of tools', '/v1/chat/completions', toolChat],
    ['one call', '/v1/chat/completions', { ...toolChat, ...endOfTurn }],
    ['a message', '/v1/messages', chat],
    ['a message with a stop', '/v1/messages', { ...chat, stop_sequences: ['e'], max_tokens: 60 }],
    ['a message with tools', '/v1/messages', toolMessage],
    ['a response', '/v1/responses', { input: 'Hello', max_output_tokens: 12 }],
    ['a call of a tool in a response', '/v1/responses', toolResponse],
    ['a wrong response', '/v1/responses', { input: 1 }],
    ['tools that are not called', '/v1/chat/completions', { ...chat, tools: toolChat.tools }],
  ];

  it.each(cases)('means the same for %s', async (_what, path, more) => {
    const body = { ...base, ...more };
    const plain = await ask(direct(), path, body);
    const ours = await ask(server.url, path, body);
    expect(ours.status).toBe(plain.status);
    expect(withoutTimes(ours.body)).toEqual(withoutTimes(plain.body));
  });

  it.each(['{}', '{ \n}'])('tells what is missing in %j in the same words', async (body) => {
    const plain = await ask(direct(), '/v1/chat/completions', body);
    expect(await ask(server.url, '/v1/chat/completions', body)).toEqual(plain);
  });

  const left: [string, string, Body, number][] = [
    ['a chat', '/v1/chat/completions', chat, 1],
    ['two choices', '/v1/chat/completions', { ...chat, n: 2 }, 2],
    ['two prompts', '/v1/completions', { prompt: ['a', 'b'] }, 2],
    ['calls of tools', '/v1/chat/completions', toolChat, 1],
    ['a native completion', '/completion', { prompt: 'Once' }, 1],
    ['a message', '/v1/messages', chat, 1],
    ['a response', '/v1/responses', { input: 'Hello' }, 1],
  ];

  it.each(left)(
    'P3: the work on %s ends at once when the client leaves, while others are served',
    async (_what, path, more, slots) => {
      const busy = async () => {
        const slots = (await (await fetch(`${direct()}/slots`)).json()) as {
          is_processing: boolean;
        }[];
        return slots.filter((slot) => slot.is_processing).length;
      };
      const long = (body: Body) => JSON.stringify({ ...base, ...body, max_tokens: 8_000 });
      const other = new AbortController();
      const stream = await fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST',
        body: long({ ...chat, stream: true }),
        signal: other.signal,
      });
      const reading = drain(stream);
      const abort = new AbortController();
      const init = { method: 'POST', body: long(more), signal: abort.signal };
      const asked = fetch(server.url + path, init).catch(() => null);
      await waitFor(async () => (await busy()) === 1 + slots);
      const leftAt = performance.now();
      abort.abort();
      await asked;
      await waitFor(async () => (await busy()) <= 1, { timeoutMs: 5_000 });
      expect(performance.now() - leftAt).toBeLessThan(2_000);
      other.abort();
      await reading;
    },
  );
});

it('tells an error that comes in the middle as one', async () => {
  await using scene = await gatewayScene();
  await scene.run('alpha');
  const headers = { 'content-type': 'text/event-stream' };
  const error = { code: 500, message: 'out of luck', type: 'server_error' };
  const parts = ['data: {"choices":[]}\n\n', `data: ${JSON.stringify({ error })}\n\n`];
  const whole = await scene.chat('alpha', { headers, parts }, { asStream: false });
  expect(whole.status).toBe(500);
  expect(await whole.json()).toEqual({ error });
});

it('answers with a message whose call of a tool was cut off by its limit', async () => {
  await using scene = await gatewayScene();
  await scene.run('alpha');
  const events = [
    { type: 'message_start', message: { id: 'a', content: [] } },
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', input: {} } },
    {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: '{"a' },
    },
    { type: 'message_delta', delta: { stop_reason: 'max_tokens' } },
    { type: 'message_stop' },
  ];
  const parts = events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
  const told = { headers: { 'content-type': 'text/event-stream' }, parts };
  const answer = await fetch(`${scene.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ model: 'alpha', told }),
    signal: AbortSignal.timeout(20_000),
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    content: [{ type: 'tool_use', input: {} }],
    stop_reason: 'max_tokens',
  });
});

it.each([
  ['without its end', ['data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n']],
  ['that is no JSON', ['data: {"choices\n\n', 'data: [DONE]\n\n']],
])('P5: takes no stream %s for a whole answer', async (_what, parts) => {
  await using scene = await gatewayScene();
  await scene.run('alpha');
  const told = { headers: { 'content-type': 'text/event-stream' }, parts };
  const answer = await scene.chat('alpha', told, { asStream: false });
  expect(answer.status).toBe(502);
});

async function drain(answer: Response): Promise<void> {
  try {
    for await (const _ of answer.body ?? []);
  } catch {
    // It was aborted.
  }
}

/** What is the same in two runs of one request. */
function inputOf({ cache_read_input_tokens, input_tokens, ...usage }: Record<string, number>) {
  return { ...usage, input_tokens: Number(input_tokens) + Number(cache_read_input_tokens) };
}

function withoutTimes({ id: _, created: __, ...body }: Body): unknown {
  return JSON.parse(JSON.stringify(body), (key, value) => {
    if (key === 'timings') return Object.keys(value).sort();
    if (key === '__verbose') return value.content;
    // What it still knew of the prompt depends on what it was asked before.
    if (key === 'cached_tokens') return 'SOME';
    if (key === 'usage' && 'cache_read_input_tokens' in value) return inputOf(value);
    if (key === 'created_at' || key === 'completed_at') return 'TIME';
    // The id of a call of a tool; that of a token is a number.
    return ['id', 'call_id'].includes(key) && typeof value === 'string' ? 'ID' : value;
  });
}
