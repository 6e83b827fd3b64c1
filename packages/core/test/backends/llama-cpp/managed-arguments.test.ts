import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceOptions } from '@llamactl/contract';
import { fakeBackendPath, type TempDir, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackendInput } from '../../../src/backends/backend.js';
import { parseFlagTable } from '../../../src/backends/llama-cpp/flag-table.js';
import { llamaCpp } from '../../../src/backends/llama-cpp/llama-cpp.js';
import { realServer } from './real-server.js';

let dir: TempDir;
let model: string;
let command: string;

beforeAll(async () => {
  dir = await tempDir();
  model = join(dir.path, 'model.gguf');
  await writeFile(model, 'GGUF');
  command = await realServer();
});
afterAll(() => dir.remove());

const context = { modelRoots: [], host: '127.0.0.1' };

function input(rest: Partial<BackendInput> = {}): BackendInput {
  return { model_path: model, options: {}, env: {}, command: null, extra_args: [], ...rest };
}

test('without flags for them, a build is left as it is', async () => {
  const backend = llamaCpp({ command: fakeBackendPath('ready') });
  const launch = await backend.launch(input(), { ...context, port: 4711 });
  expect(launch.file).toBe(fakeBackendPath('ready'));
  for (const flag of ['--offline', '--log-jsonl', '--log-prefix'])
    expect(launch.args).not.toContain(flag);
});

test('an older build, with other flags, gets none that it does not know', async () => {
  const old = join(dir.path, 'old-llama-server');
  const help = [
    '-m,    --model FNAME                    model path',
    '--host HOST                             ip address',
    '--port PORT                             port',
    '-lv,   --verbosity, --log-verbosity N   Set the verbosity threshold.',
    '--log-prefix                            Enable prefix in log messages',
    '--log-timestamps                        Enable timestamps in log messages',
  ].join('\n');
  await writeFile(old, `#!/bin/sh\n[ "$1" = --help ] && cat <<'END'\n${help}\nEND\nexit 0\n`, {
    mode: 0o755,
  });
  const { args } = await llamaCpp({ command: old }).launch(input(), { ...context, port: 4711 });
  expect(args).toEqual([
    '--model',
    model,
    '--host',
    '127.0.0.1',
    '--port',
    '4711',
    '--log-prefix',
    '--log-timestamps',
  ]);
  const flags = parseFlagTable(help);
  for (const arg of args.filter((each) => each.startsWith('-')))
    expect(flags.find(arg)).toBeDefined();
});

test('threads for HTTP are more than slots, unless they are set', async () => {
  const threads = async (rest: Partial<BackendInput>) => {
    const { args } = await llamaCpp({ command }).launch(input(rest), { ...context, port: 4711 });
    expect(args.filter((arg) => arg === '--threads-http')).toHaveLength(1);
    return Number(args[args.indexOf('--threads-http') + 1]);
  };
  expect(await threads({})).toBe(32);
  expect(await threads({ options: { parallel: 100 } })).toBe(116);
  expect(await threads({ options: { parallel: -1 } })).toBe(32);
  expect(await threads({ options: { threads_http: 5 } })).toBe(5);
});

test('a lifted download is not offline', async () => {
  const backend = llamaCpp({ command, allowOptions: ['mmproj_url'] });
  const launched = async (options: InstanceOptions) =>
    (await backend.launch(input({ options }), { ...context, port: 4711 })).args;
  expect(await launched({})).toContain('--offline');
  expect(await launched({ mmproj_url: 'http://models.example/a' })).not.toContain('--offline');
});
