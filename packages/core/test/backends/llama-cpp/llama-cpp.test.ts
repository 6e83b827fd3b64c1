import { join } from 'node:path';
import type { InstanceOptions } from '@llamactl/contract';
import { freePort, makeTinyGguf, spawnProgram, type TempDir, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackendInput, Launch } from '../../../src/backends/backend.js';
import { type LlamaCppOptions, llamaCpp } from '../../../src/backends/llama-cpp/llama-cpp.js';
import { realFlagTable, realServer } from './real-server.js';

let dir: TempDir;
let model: string;
let command: string;

beforeAll(async () => {
  dir = await tempDir();
  model = await makeTinyGguf(join(dir.path, 'model.gguf'));
  command = await realServer();
});
afterAll(() => dir.remove());

function input(rest: Partial<BackendInput> = {}): BackendInput {
  return {
    model_path: model,
    options: { threads: 1, context_size: 512, parallel: 1, ...rest.options },
    env: rest.env ?? {},
    command: rest.command ?? null,
    extra_args: rest.extra_args ?? [],
  };
}

const context = { modelRoots: [], host: '127.0.0.1' };

/** Starts a definition on the real server and hands over the address when it is ready. */
async function running(
  rest: Partial<BackendInput>,
  use: (address: string, launch: Launch, program: { stdout: string; stderr: string }) => unknown,
  settings: LlamaCppOptions = {},
) {
  const backend = llamaCpp({ command, ...settings });
  const port = await freePort();
  const launch = await backend.launch(input(rest), { ...context, port });
  await using program = await spawnProgram(launch.file, launch.args, { env: launch.env });
  await program.waitForLine(/listening on http/);
  const lines = `${program.stdout}\n${program.stderr}`.split('\n').map(backend.parseLine);
  expect(lines.some(({ message }) => backend.isReady(message, port))).toBe(true);
  expect(await backend.probe(context.host, port, AbortSignal.timeout(10_000))).toBe('ok');
  await use(`http://127.0.0.1:${port}`, launch, program);
}

test('the real server takes many options at once, and says that it has them', async () => {
  const options: InstanceOptions = {
    threads_batch: 1,
    batch_size: 256,
    n_predict: 5,
    flash_attn: false,
    cache_type_k: 'f16',
    rope_scaling: 'none',
    load_mode: 'mmap',
    override_kv: ['tokenizer.ggml.add_bos_token=bool:false', 'a=int:1'],
    temp: 0.5,
    top_k: 7,
    seed: -1,
    samplers: 'top_k;temperature',
    logit_bias: ['15+1', '16-1'],
    dry_sequence_breaker: ['-', 'none'],
    json_schema: '{"type": "object"}',
    control_vector_layer_range: [0, 1],
    warmup: false,
    kv_unified: true,
    cont_batching: false,
    webui: false,
    alias: ['first', 'second'],
    tags: 'a,b',
    chat_template_kwargs: '{"key": "value"}',
    reasoning_format: 'none',
    slots: true,
    metrics: false,
    gpu_layers: 'auto',
    sleep_idle_seconds: -1,
    cache_ram: 0,
    poll: 0,
    spec_type: 'none',
  };
  const extra_args = [
    '--no_jinja',
    '-to',
    '60',
    '--reverse-prompt',
    '--user:',
    '--lora-init-without-apply',
  ];
  await running({ options, extra_args }, async (address, { args }) => {
    expect(args.slice(-extra_args.length)).toEqual(extra_args);
    const props = (await (await fetch(`${address}/props`)).json()) as {
      total_slots: number;
      default_generation_settings: { n_ctx: number; params: { top_k: number } };
    };
    expect(props.total_slots).toBe(1);
    expect(props.default_generation_settings).toMatchObject({ n_ctx: 512, params: { top_k: 7 } });
    expect((await fetch(`${address}/metrics`)).status).toBe(501);
  });
});

test('every word that the help lists for an option is taken', async () => {
  const { table } = await realFlagTable();
  const backend = llamaCpp({ command });
  for (const { flags, type, values = [] } of table.entries) {
    if (type !== 'enum') continue;
    const name = (flags.at(-1) ?? '').slice(2).replaceAll('-', '_');
    if (name.startsWith('log_')) continue;
    for (const value of values) await backend.check(input({ options: { [name]: value } }), context);
  }
});

test('no page of a browser gets in, and metrics are on', async () => {
  await running({}, async (address, { args }) => {
    expect(args).toContain('--no-cors-credentials');
    for (const origin of ['http://evil.example', 'http://localhost:8080', 'null', address]) {
      const asked = await fetch(`${address}/completion`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      });
      const answered = await fetch(`${address}/props`, { headers: { Origin: origin } });
      for (const { headers } of [asked, answered]) {
        expect(headers.get('access-control-allow-origin')).toBe('none');
        expect(headers.get('access-control-allow-credentials')).not.toBe('true');
      }
    }
    expect((await fetch(`${address}/metrics`)).status).toBe(200);
  });
});

test('a key is asked for, and is neither among the arguments nor in the log', async () => {
  await running({ options: { api_key: 'very-secret' } }, async (address, launch, program) => {
    expect(launch.args.join(' ')).not.toContain('very-secret');
    expect((await fetch(`${address}/props`)).status).toBe(401);
    const headers = { Authorization: 'Bearer very-secret' };
    expect((await fetch(`${address}/props`, { headers })).status).toBe(200);
    expect(program.stdout + program.stderr).not.toContain('very-secret');
  });
  expect(llamaCpp().secretOptions).toContain('api_key');
});

test('its log has levels and times', async () => {
  const rest = { options: { context_size: 8192 } };
  await running(rest, (_address, _launch, { stdout, stderr }) => {
    const backend = llamaCpp();
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line !== '');
    const entries = lines.map(backend.parseLine);
    const shown = entries.filter(({ level }) => level !== 'debug');
    expect(shown.every(({ elapsedMs }) => elapsedMs !== null && elapsedMs < 60_000)).toBe(true);
    // More context than the model was trained for is worth a warning.
    expect(entries.find(({ level }) => level === 'warn')?.message).toMatch(/n_ctx/);
    expect(entries.some(({ message }) => /[\n"]$/.test(message))).toBe(false);
  });
});

test('the text format of the log at its most talkative has levels and times too', async () => {
  const port = await freePort();
  const args = [
    '-m',
    model,
    '-t',
    '1',
    '-np',
    '1',
    '-c',
    '512',
    '--port',
    String(port),
    '-lv',
    '5',
  ];
  await using server = await spawnProgram(command, [...args, '--log-colors', 'on']);
  await server.waitForLine(/listening on/);
  await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'hello', n_predict: 8 }),
  });
  const backend = llamaCpp();
  const entries = server.stderr.split('\n').map(backend.parseLine);
  const levels = new Set(entries.map(({ level }) => level));
  expect(levels).toEqual(new Set(['debug', 'info', 'warn']));
  expect(entries.some(({ message }) => backend.isReady(message, port))).toBe(true);
  expect(entries.every(({ message }) => !message.includes('\u001b'))).toBe(true);
  const timed = entries.filter(({ elapsedMs }) => elapsedMs !== null);
  expect(timed.length).toBeGreaterThan(entries.length / 2);
});

test('what the configuration sets comes first, so that an instance overrides it', async () => {
  const backend = llamaCpp({ command, args: ['--threads', '2'], env: { TZ: 'UTC', A: 'b' } });
  const definition = input({ env: { OMP_NUM_THREADS: '1' } });
  const { args, env } = await backend.launch(definition, { ...context, port: 4711 });
  expect(args.slice(0, 2)).toEqual(['--threads', '2']);
  expect(args.lastIndexOf('--threads')).toBeGreaterThan(1);
  expect(env).toMatchObject({ TZ: 'UTC', A: 'b', OMP_NUM_THREADS: '1' });
});

test('a missing program is told at start, not before', async () => {
  const backend = llamaCpp({ command: 'no-such-llama-server' });
  await backend.check(input(), context);
  await expect(backend.launch(input(), { ...context, port: 4711 })).rejects.toMatchObject({
    code: 'BACKEND_NOT_FOUND',
  });
});

test('a model that is gone is told by check and by launch', async () => {
  const backend = llamaCpp({ command });
  const gone = { ...input(), model_path: `${model}.gone` };
  await expect(backend.check(gone, context)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  await expect(backend.launch(gone, { ...context, port: 4711 })).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
  });
});
