import { unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '@llamactl/contract';
import {
  type CorruptGgufKind,
  fakeBackendPath,
  freePort,
  makeCorruptGguf,
  makeTinyGguf,
  occupyPort,
  type TempDir,
  tempDir,
} from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackendInput, ExitReport } from '../../../src/backends/backend.js';
import { diagnose } from '../../../src/backends/llama-cpp/diagnose.js';
import { llamaCpp } from '../../../src/backends/llama-cpp/llama-cpp.js';
import { realServer } from './real-server.js';
import { logEntries, runToEnd } from './run-to-end.js';

let dir: TempDir;
let model: string;
let command: string;

beforeAll(async () => {
  dir = await tempDir();
  model = await makeTinyGguf(join(dir.path, 'model.gguf'));
  command = await realServer();
});
afterAll(() => dir.remove());

interface Attempt extends Partial<BackendInput> {
  /** Where to listen. Default: a free port. */
  readonly port?: number;
  /** Arguments that get past the checks. */
  readonly args?: readonly string[];
  readonly program?: string;
  /** Done after the checks, before the run. */
  readonly meanwhile?: () => Promise<void>;
}

/** Launches a definition that fails, and says why it did. */
async function diagnosisOf({ port, args = [], program = command, meanwhile, ...rest }: Attempt) {
  const input = {
    model_path: model,
    options: { threads: 1, context_size: 256, parallel: 1, ...rest.options },
    env: {},
    command: null,
    extra_args: rest.extra_args ?? [],
  };
  const context = { modelRoots: [], host: '127.0.0.1', port: port ?? (await freePort()) };
  const launch = await llamaCpp({ command: program }).launch(
    { ...input, model_path: rest.model_path ?? model },
    context,
  );
  await meanwhile?.();
  const exit = await runToEnd({ ...launch, args: [...launch.args, ...args] });
  expect(exit.code).not.toBe(0);
  return diagnose(exit);
}

test('a model that is gone by the time of the run', async () => {
  const path = await makeTinyGguf(join(dir.path, 'gone.gguf'));
  const { failure, reason } = await diagnosisOf({
    model_path: path,
    meanwhile: () => unlink(path),
  });
  expect(failure).toBe('model_missing');
  expect(reason).toContain(`There is no file ${path}`);
});

test.each<[CorruptGgufKind, Failure, RegExp]>([
  ['empty', 'model_corrupt', /failed to read magic.*Download/],
  ['garbage', 'model_corrupt', /invalid magic/],
  ['truncated', 'model_corrupt', /not within the file bounds/],
  ['wrong-version', 'unsupported_model', /version 99.*newer llama\.cpp/],
  ['unknown-architecture', 'unsupported_model', /architecture: 'imaginary'/],
])('a model that is %s', async (kind, failure, pattern) => {
  const path = await makeCorruptGguf(join(dir.path, `${kind}.gguf`), kind);
  const diagnosis = await diagnosisOf({ model_path: path });
  expect(diagnosis.failure).toBe(failure);
  expect(diagnosis.reason).toMatch(pattern);
});

test('a port that another program holds', async () => {
  await using occupied = await occupyPort();
  const { failure, reason } = await diagnosisOf({ port: occupied.port });
  expect(failure).toBe('port_in_use');
  expect(reason).toContain(`Port ${occupied.port} on 127.0.0.1`);
});

test.each<[string, readonly string[], RegExp]>([
  ['an unknown argument', ['--no-such-flag'], /does not know the argument --no-such-flag/],
  ['a word for a number', ['--threads', 'x'], /value of --threads: it is not a number/],
  ['a number too large', ['--threads', '99999999999999'], /value of --threads/],
  ['a word out of no list', ['--flash-attn', 'maybe'], /--flash-attn.*'maybe'/],
  ['a missing value', ['--alias'], /--alias: expected value/],
  ['a device that is not there', ['--device', 'CUDA9'], /invalid device: CUDA9/],
  ['a schema that is none', ['--json-schema', '{bad'], /--json-schema.*parse error/],
  ['a grammar file that is not there', ['--grammar-file', '/nope.gbnf'], /--grammar-file.*nope/],
  ['a template with an error', ['--chat-template', '{{bad'], /chat template \((parser: |\{\{bad)/],
  ['too many slots', ['--parallel', '300'], /n_seq_max must be/],
])('arguments with %s', async (_what, args, pattern) => {
  const diagnosis = await diagnosisOf({ args });
  expect(diagnosis.failure).toBe('bad_option');
  expect(diagnosis.reason).toMatch(pattern);
});

test('a grammar with an error', async () => {
  const { failure, reason } = await diagnosisOf({ options: { grammar: 'root ::= (' } });
  expect(failure).toBe('bad_option');
  expect(reason).toMatch(/grammar/);
});

test('files of options that are gone, or no such files', async () => {
  const adapter = join(dir.path, 'adapter.gguf');
  await writeFile(adapter, 'x');
  const gone = await diagnosisOf({
    options: { lora: adapter },
    meanwhile: () => unlink(adapter),
  });
  expect(gone).toMatchObject({
    failure: 'model_missing',
    reason: expect.stringContaining(adapter),
  });
  const wrong = await diagnosisOf({ options: { mmproj: model } });
  expect(wrong.failure).toBe('bad_option');
  expect(wrong.reason).toMatch(/multimodal/);
});

test('a context that does not fit into memory', async () => {
  // A limit of the address space makes the lack of memory sure and quick.
  const limited = join(dir.path, 'limited-llama-server');
  await writeFile(limited, `#!/bin/sh\nulimit -v 1000000\nexec '${command}' "$@"\n`, {
    mode: 0o755,
  });
  const { failure, reason } = await diagnosisOf({
    program: limited,
    options: { context_size: 4_000_000, fit: 'off' },
  });
  expect(failure).toBe('out_of_memory');
  expect(reason).toMatch(/too little free memory.*context_size/);
});

test.each([
  ['out-of-memory', 'gpu_out_of_memory', /GPU has too little free memory.*cudaMalloc failed/],
  ['port-taken', 'port_in_use', /Port \d+/],
  ['exits-early', 'bad_option', /--x/],
] as const)('the fake %s is %s', async (name, failure, pattern) => {
  const diagnosis = await diagnosisOf({
    program: fakeBackendPath(name),
    options: {},
  });
  expect(diagnosis).toMatchObject({ failure, reason: expect.stringMatching(pattern) });
});

function report(rest: Partial<ExitReport>, log = ''): ExitReport {
  return { code: null, signal: null, wasRunning: false, ...rest, log: logEntries(log) };
}

test.each<[Partial<ExitReport>, string, Failure, RegExp]>([
  [
    { code: 127 },
    'sh: 1: exec: /x/llama-server: not found',
    'backend_not_found',
    /not found\. Check/,
  ],
  [
    { code: 126 },
    'sh: /x/llama-server: Permission denied',
    'backend_not_found',
    /Permission denied/,
  ],
  [
    { code: 127 },
    '/x/llama-server: error while loading shared libraries: libggml.so: cannot open shared object file: No such file or directory',
    'backend_not_found',
    /libggml\.so/,
  ],
  [
    { code: 1 },
    '0.00.1 x\n0.01.000.000 E ggml_vulkan: Device memory allocation of size 1 failed.\n0.01.000.001 E llama_model_load: error loading model: vk::Device::allocateMemory: ErrorOutOfDeviceMemory',
    'gpu_out_of_memory',
    /ErrorOutOfDeviceMemory/,
  ],
  [
    { code: 1 },
    "0.01.000.000 E llama_model_load: error loading model: error loading model vocabulary: unknown pre-tokenizer type: 'new'",
    'unsupported_model',
    /pre-tokenizer type: 'new'/,
  ],
  [
    { code: 1 },
    '0.01.000.000 E llama_model_load: error loading model: missing tensor "output.weight"',
    'model_corrupt',
    /missing tensor/,
  ],
  [
    { code: 1 },
    'error: the supplied chat template is not supported: {{bad\n0.00.000.931 E common_chat_templates_init: error: parser: Parser Error: Expected }} (Got )',
    'bad_option',
    /chat template \(parser: Parser Error: Expected }} \(Got \)\)\./,
  ],
  [
    { code: 1 },
    'error: the supplied chat template is not supported: {{bad',
    'bad_option',
    /chat template \({{bad\)\./,
  ],
  [{ signal: 'SIGKILL', wasRunning: true }, '', 'crashed', /SIGKILL while it was running.*memory/],
  [{ signal: 'SIGSEGV' }, '', 'crashed', /SIGSEGV before it was ready/],
  [
    { signal: 'SIGABRT', wasRunning: true },
    '/src/ggml.c:1: GGML_ASSERT(x) failed',
    'crashed',
    /SIGABRT.*GGML_ASSERT\(x\) failed/,
  ],
  [{ code: 3, wasRunning: true }, '', 'crashed', /exited with code 3 while it was running/],
  [{ wasRunning: true }, '', 'crashed', /how could not be seen/],
  [{ code: 127, wasRunning: true }, 'x: not found', 'crashed', /code 127/],
  [{ code: 1, wasRunning: true }, 'error: something', 'crashed', /something/],
])('%j with %j is %s', (exit, log, failure, pattern) => {
  const diagnosis = diagnose(report(exit, log));
  expect(diagnosis.failure).toBe(failure);
  expect(diagnosis.reason).toMatch(pattern);
});

test.each([
  'failed to allocate ',
  "failed to open '",
  'insufficient memory (attempted ',
  'gguf_init_from_',
  "couldn't bind to server socket, hostname: ",
  'failed to allocate CUDA buffe ',
  'error loading model: error loading model ',
  "unknown model architecture: '",
])('lines of 64 KiB that repeat %j are looked at in little time', (text) => {
  const line = text.repeat(Math.ceil(65_536 / text.length));
  const began = performance.now();
  diagnose(report({ code: 1, wasRunning: true }, Array(200).fill(line).join('\n')));
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('a reason is one line of bounded length', () => {
  const log = `0.01.000.000 E llama_model_load: error loading model: ${'long '.repeat(1000)}`;
  const { reason } = diagnose(report({ code: 1 }, log));
  expect(reason.length).toBeLessThanOrEqual(500);
});
