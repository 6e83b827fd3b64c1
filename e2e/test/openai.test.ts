import { LlamactlClient } from '@llamactl/client';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedSystem, serve } from '../system/serve.js';

let system: ServedSystem;
let openai: OpenAI;
const messages = [{ role: 'user' as const, content: 'Hello' }];
const model = 'org/tiny:latest';

beforeAll(async () => {
  system = await serve();
  const client = new LlamactlClient({ baseUrl: system.url });
  const definition = { model_path: system.model, options: { threads: 1, context_size: 2_048 } };
  await client.createInstance({ ...definition, name: 'tiny', aliases: [model] });
  const options = { ...definition.options, embeddings: true, pooling: 'mean' };
  await client.createInstance({ ...definition, name: 'embedder', options });
  await client.createInstance({ ...definition, name: 'asleep', on_demand: false });
  openai = new OpenAI({ ...client.openai(), maxRetries: 0 });
});
afterAll(() => system[Symbol.asyncDispose]());

describe('the openai package, unchanged, on a real llama-server that nobody has started', () => {
  test('chats', async () => {
    const answer = await openai.chat.completions.create({ model, messages, max_tokens: 8 });
    expect(answer.choices[0]?.message.content).toMatch(/./);
    expect(answer.usage).toMatchObject({ completion_tokens: 8 });
  });

  test('streams a chat', async () => {
    const stream = await openai.chat.completions.create({
      ...{ model, messages, max_tokens: 16, stream: true },
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toMatch(/./);
    expect(usage).toMatchObject({ completion_tokens: 16 });
  });

  test('sends tools along', async () => {
    const parameters = {
      type: 'object',
      properties: { on: { type: 'boolean' } },
      required: ['on'],
    };
    const answer = await openai.chat.completions.create({
      model,
      messages,
      max_tokens: 4,
      tools: [{ type: 'function', function: { name: 'light', parameters } }],
    });
    // A random model calls none.
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', index: 0 });
  });

  test('completes', async () => {
    const answer = await openai.completions.create({ model, prompt: 'Once', max_tokens: 4 });
    expect(answer.choices[0]?.text).toMatch(/./);
  });

  test('embeds', async () => {
    const answer = await openai.embeddings.create({ model: 'embedder', input: ['a', 'b'] });
    expect(answer.data.length).toBe(2);
    expect(answer.data[0]?.embedding.length).toBeGreaterThan(8);
  });

  test('lists models', async () => {
    const ids: string[] = [];
    for await (const entry of openai.models.list()) ids.push(entry.id);
    expect(ids).toEqual(['asleep', 'embedder', 'tiny']);
    expect(await openai.models.retrieve('tiny')).toMatchObject({ object: 'model' });
  });
});

describe('errors arrive as the classes of the package', () => {
  test('an unknown model', async () => {
    const asked = openai.chat.completions.create({ model: 'tinny', messages });
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect((error as Error).message).toMatch(/Did you mean "tiny"/);
  });

  test('a request that the backend refuses', async () => {
    const content = 'word '.repeat(5_000);
    const long = [{ role: 'user' as const, content }];
    const asked = openai.chat.completions.create({ model, messages: long, max_tokens: 1 });
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ type: 'exceed_context_size_error' });
  });

  test('an instance that requests do not start', async () => {
    const asked = openai.chat.completions.create({ model: 'asleep', messages });
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status: 503, code: 'INSTANCE_STOPPED' });
    expect((error as InstanceType<typeof OpenAI.APIError>).requestID).toMatch(/./);
  });
});
