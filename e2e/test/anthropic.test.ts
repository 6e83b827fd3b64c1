import Anthropic from '@anthropic-ai/sdk';
import { LlamactlClient } from '@llamactl/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedSystem, serve } from '../system/serve.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** What an error of the package has. */
interface Told {
  readonly status: number;
  readonly type: string;
  readonly apiMessage?: RegExp;
}

let system: ServedSystem;
/** With a key for `tiny`, `asleep` and what there is not. */
let anthropic: Anthropic;
/** With a key that may only read. */
let reader: Anthropic;
const messages = [{ role: 'user' as const, content: 'Hello' }];
const model = 'org/tiny:latest';
const short = { model, messages, max_tokens: 8 };

beforeAll(async () => {
  system = await serve(undefined, { LLAMACTL_AUTH__ENABLED: 'true' });
  const [, password = ''] = /^admin password: (\S+)$/m.exec(system.program.stdout) ?? [];
  const admin = new LlamactlClient({ baseUrl: system.url });
  await admin.login('admin', password);
  // Two requests share a context that is too short for both.
  const options = { threads: 1, context_size: 2_048, parallel: 2, kv_unified: true };
  const definition = { model_path: system.model, options };
  await admin.createInstance({ ...definition, name: 'tiny', aliases: [model] });
  await admin.createInstance({ ...definition, name: 'asleep', on_demand: false });
  const clientWith = async (scope: 'inference' | 'read') => {
    const { key } = await admin.createApiKey({ name: scope, scopes: [scope] });
    return new Anthropic({ baseURL: system.url, apiKey: key, maxRetries: 0 });
  };
  anthropic = await clientWith('inference');
  reader = await clientWith('read');
});
afterAll(() => system?.[Symbol.asyncDispose]());

describe('the @anthropic-ai/sdk package, unchanged, on a real llama-server that nobody has started', () => {
  test('gets a message', async () => {
    const { data, response, request_id } = await anthropic.messages.create(short).withResponse();
    expect(data).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'max_tokens' });
    expect(data.content).toMatchObject([{ type: 'text', text: expect.stringMatching(/./) }]);
    expect(data.usage.output_tokens).toBe(8);
    expect(request_id).toMatch(/./);
    expect(request_id).toBe(response.headers.get('x-request-id'));
  });

  test('streams a message', async () => {
    const stream = anthropic.messages.stream({ ...short, max_tokens: 16 });
    let text = '';
    stream.on('text', (delta) => {
      text += delta;
    });
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([{ type: 'text', text }]);
    expect(text).toMatch(/./);
    expect(message.usage.output_tokens).toBe(16);
    expect(stream.request_id).toMatch(/./);
  });

  test('sends tools along', async () => {
    const tools = [
      { name: 'light', input_schema: { type: 'object' as const, properties: { on: {} } } },
    ];
    const message = await anthropic.messages.create({ ...short, tools });
    // A random model calls none.
    expect(message.stop_reason).toBe('max_tokens');
  });

  test('counts tokens', async () => {
    const counted = await anthropic.messages.countTokens({ model, messages });
    const { usage } = await anthropic.messages.create(short);
    const told = usage.input_tokens + (usage.cache_read_input_tokens ?? 0);
    expect(counted.input_tokens).toBe(told);
  });
});

describe('errors arrive as the classes of the package, with the id of the request', () => {
  const long = [{ role: 'user' as const, content: 'word '.repeat(5_000) }];
  const wrong = {} as { messages: typeof messages };
  const stranger = () => new Anthropic({ baseURL: system.url, apiKey: 'llk_none', maxRetries: 0 });

  test.each<[string, () => PromiseLike<unknown>, ErrorClass, Told]>([
    [
      'an unknown model',
      () => anthropic.messages.create({ ...short, model: 'tinny' }),
      Anthropic.NotFoundError,
      { status: 404, type: 'not_found_error', apiMessage: /Did you mean "tiny"/ },
    ],
    [
      'a credential that is none',
      () => stranger().messages.create(short),
      Anthropic.AuthenticationError,
      { status: 401, type: 'authentication_error' },
    ],
    [
      'one that may not use models',
      () => reader.messages.countTokens({ model, messages }),
      Anthropic.PermissionDeniedError,
      { status: 403, type: 'permission_error' },
    ],
    [
      'an instance that requests do not start',
      () => anthropic.messages.create({ ...short, model: 'asleep' }),
      Anthropic.InternalServerError,
      { status: 503, type: 'overloaded_error' },
    ],
    [
      'a prompt that the backend finds too long',
      () => anthropic.messages.create({ ...short, messages: long }),
      Anthropic.BadRequestError,
      { status: 400, type: 'invalid_request_error', apiMessage: /exceeds the available context/ },
    ],
    [
      'the same for a stream',
      () => anthropic.messages.create({ ...short, messages: long, stream: true }),
      Anthropic.BadRequestError,
      { status: 400, type: 'invalid_request_error', apiMessage: /exceeds the available context/ },
    ],
    [
      'a count that the backend does not like',
      () => anthropic.messages.countTokens({ ...wrong, model }),
      Anthropic.InternalServerError,
      { status: 500, type: 'api_error', apiMessage: /'messages' is required/ },
    ],
    [
      'what there is not',
      () => anthropic.messages.batches.list(),
      Anthropic.NotFoundError,
      { status: 404, type: 'not_found_error' },
    ],
  ])('%s', async (_what, ask, kind, { apiMessage = /./, ...fields }) => {
    const error = await Promise.resolve(ask()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({
      ...fields,
      apiMessage: expect.stringMatching(apiMessage),
    });
    expect((error as InstanceType<typeof Anthropic.APIError>).requestID).toMatch(/./);
  });

  test('one in the middle of a stream', async () => {
    const asked = [1, 2].map(() =>
      anthropic.messages.stream({ ...short, max_tokens: 2_000 }).finalMessage(),
    );
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected' });
      const { reason } = outcome as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(Anthropic.APIError);
      expect(reason).toMatchObject({ type: 'api_error', requestID: expect.stringMatching(/./) });
    }
  });
});
