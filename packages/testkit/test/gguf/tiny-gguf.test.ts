import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findLlamaServer,
  freePort,
  makeCorruptGguf,
  makeTinyGguf,
  type SpawnedProgram,
  spawnProgram,
  type TempDir,
  tempDir,
} from '../../src/index.js';

let llamaServer: string;
let dir: TempDir;

beforeAll(async () => {
  llamaServer = (await findLlamaServer()).path;
  dir = await tempDir();
});
afterAll(() => dir?.remove());

interface RunningServer extends AsyncDisposable {
  readonly program: SpawnedProgram;
  readonly post: (path: string, body: unknown) => Promise<Record<string, unknown>>;
}

async function serve(model: string, ...more: string[]): Promise<RunningServer> {
  const port = String(await freePort());
  const args = ['-m', model, '--port', port, '--threads', '1', ...more];
  const program = await spawnProgram(llamaServer, args);
  const post = async (path: string, body: unknown) => {
    const url = `http://127.0.0.1:${port}${path}`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as Record<string, unknown>;
  };
  return { program, post, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

describe('makeTinyGguf', () => {
  it('writes the same bytes for the same options, others for another seed', async () => {
    const make = async (name: string, seed?: number) =>
      readFile(await makeTinyGguf(join(dir.path, 'bytes', name), seed ? { seed } : {}));
    const [first, again, other] = [await make('a'), await make('b'), await make('c', 2)];
    expect(first.equals(again)).toBe(true);
    expect(first.equals(other)).toBe(false);
    expect(first.length).toBeLessThan(1_000_000);
    expect(await readdir(join(dir.path, 'bytes'))).toEqual(['a', 'b', 'c']);
  });

  it.each([{ layers: 0 }, { seed: -1 }, { embd: 100 }, { embd: 576 }, { ctx: 1.5 }])(
    'refuses %j',
    async (options) => {
      await expect(makeTinyGguf(join(dir.path, 'x'), options)).rejects.toThrow(RangeError);
    },
  );

  it('completes, chats and embeds in a real server', async () => {
    const model = await makeTinyGguf(join(dir.path, 'default.gguf'), { name: 'small one' });
    await using server = await serve(model, '--embeddings', '--pooling', 'mean');
    await server.program.waitForLine(/listening on/);

    const request = { prompt: 'the old mill é ~', n_predict: 40, seed: 5 };
    const completion = await server.post('/completion', request);
    expect(completion).toMatchObject({ tokens_predicted: 40, stop_type: 'limit' });
    expect(completion.content).toMatch(/^[ -~]+$/);
    expect((await server.post('/completion', request)).content).toBe(completion.content);

    const messages = [{ role: 'user', content: 'tell a story' }];
    const chat = await server.post('/v1/chat/completions', { messages, max_tokens: 400 });
    expect(chat).toMatchObject({ usage: { completion_tokens: 400 } });
    const embedding = await server.post('/v1/embeddings', { input: 'a river' });
    expect(embedding).toMatchObject({ data: [{ embedding: { length: 128 } }] });
  });

  it('ends by itself with normal ends', async () => {
    const model = await makeTinyGguf(join(dir.path, 'ends.gguf'), { eos: 'normal' });
    await using server = await serve(model);
    await server.program.waitForLine(/listening on/);
    const completion = await server.post('/completion', { prompt: 'a', n_predict: 4000, seed: 1 });
    expect(completion).toMatchObject({ stop_type: 'eos' });
  });

  it.each([{ type: 'f32' }, { layers: 60, embd: 64 }, { layers: 3, embd: 512, ctx: 256 }] as const)(
    'loads as %j',
    async (options) => {
      const model = await makeTinyGguf(join(dir.path, 'shaped.gguf'), options);
      await using server = await serve(model, '-c', '256');
      await server.program.waitForLine(/listening on/);
      const completion = await server.post('/completion', { prompt: 'a', n_predict: 4 });
      expect(completion).toMatchObject({ tokens_predicted: 4 });
    },
  );
});

describe('makeCorruptGguf', () => {
  it.each([
    ['empty', /failed to load model/],
    ['garbage', /failed to load model/],
    ['truncated', /model is corrupted or incomplete/],
    ['wrong-version', /failed to load model/],
    ['unknown-architecture', /unknown model architecture: 'imaginary'/],
  ] as const)('%s makes a real server exit with 1', async (kind, reason) => {
    const model = await makeCorruptGguf(join(dir.path, `${kind}.gguf`), kind);
    await using server = await serve(model);
    expect(await server.program.exit).toEqual({ code: 1, signal: null });
    expect(server.program.stderr).toMatch(reason);
  });
});
