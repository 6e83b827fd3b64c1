import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InstanceOptions, LlamactlError } from '@llamactl/contract';
import { type TempDir, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend, BackendInput } from '../../../src/backends/backend.js';
import type { FlagEntry } from '../../../src/backends/llama-cpp/flag-table.js';
import { llamaCpp } from '../../../src/backends/llama-cpp/llama-cpp.js';
import {
  classOf,
  spellingsOf,
  withoutDashes,
} from '../../../src/backends/llama-cpp/option-classes.js';
import { realFlagTable, realServer } from './real-server.js';

let dir: TempDir;
let command: string;
let dangerous: readonly FlagEntry[];

beforeAll(async () => {
  dir = await tempDir();
  await writeFile(join(dir.path, 'model.gguf'), 'GGUF');
  command = await realServer();
  const { table } = await realFlagTable();
  dangerous = table.entries.filter((entry) =>
    ['managed', 'denied'].includes(classOf(spellings(entry), entry).kind),
  );
  expect(dangerous.length).toBeGreaterThan(40);
});
afterAll(() => dir.remove());

function spellings(entry: FlagEntry): readonly string[] {
  return spellingsOf(withoutDashes(entry.flags[0] ?? ''), entry);
}

function input(rest: Partial<BackendInput>): BackendInput {
  const model_path = join(dir.path, 'model.gguf');
  return { model_path, options: {}, env: {}, command: null, extra_args: [], ...rest };
}

const backends = new Map<string, Backend>();
const refusedByClass = ['OPTION_MANAGED', 'OPTION_FORBIDDEN'];

async function codeOf(rest: Partial<BackendInput>, program = command): Promise<string> {
  const backend = backends.get(program) ?? llamaCpp({ command: program });
  backends.set(program, backend);
  const error = await backend.check(input(rest), { modelRoots: [] }).catch((thrown) => thrown);
  return LlamactlError.is(error) ? error.code : String(error);
}

// Without its program a backend knows no flags, but what is dangerous it knows.
const programs = [() => command, () => '/no/such/llama-server'] as const;

test.each(programs)(
  'S2: no option sets a dangerous flag, whatever its spelling (%#)',
  async (program) => {
    for (const entry of dangerous)
      for (const flag of [...entry.flags, ...entry.negations].filter((each) =>
        each.startsWith('--'),
      ))
        for (const value of [true, false, 'x', 1, ['x']]) {
          const name = flag.slice(2).replaceAll('-', '_');
          expect(refusedByClass, `${name}: ${value}`).toContain(
            await codeOf({ options: { [name]: value } }, program()),
          );
        }
  },
);

test.each(programs)('S2: no argument sets one, whatever its spelling (%#)', async (program) => {
  for (const entry of dangerous)
    for (const flag of [...entry.flags, ...entry.negations])
      for (const spelling of [flag, `--${flag.replace(/^-+/, '').replaceAll('-', '_')}`]) {
        if (spelling !== flag && !flag.startsWith('--')) continue;
        for (const extra_args of [
          [spelling],
          [spelling, 'x'],
          [`${spelling}=x`],
          ['--threads', '1', spelling, 'x'],
        ])
          expect(refusedByClass, extra_args.join(' ')).toContain(
            await codeOf({ extra_args }, program()),
          );
      }
});

test.each(programs)('S2: no variable sets one (%#)', async (program) => {
  for (const { env } of dangerous) {
    if (env === null) continue;
    expect(await codeOf({ env: { [env]: '1' } }, program()), env).toBe('ENV_FORBIDDEN');
  }
});

test('S1: nothing gets in as the value of something else', async () => {
  for (const [rest, code] of [
    [{ options: { threads: '1 --tools all' } }, 'INVALID_OPTION'],
    [{ options: { 'threads --tools all': 1 } }, 'UNKNOWN_OPTION'],
    [{ options: { 'threads\n--tools': 1 } }, 'UNKNOWN_OPTION'],
    [{ options: { __proto__x: 1 } }, 'UNKNOWN_OPTION'],
    [{ options: JSON.parse('{"__proto__": 1}') }, 'UNKNOWN_OPTION'],
    [{ options: { alias: '--log-file=/x' } }, 'OPTION_FORBIDDEN'],
    [{ options: { alias: ['a', '--tools'] } }, 'OPTION_FORBIDDEN'],
    [{ options: { alias: 'a\n--tools' } }, 'INVALID_OPTION'],
    [{ options: { alias: 'a\0b' } }, 'INVALID_OPTION'],
    [{ options: { alias: 'a\u001b[2J' } }, 'INVALID_OPTION'],
    [{ options: { chat_template: 'a\0b' } }, 'INVALID_OPTION'],
    [{ options: { threads: Number.NaN } }, 'INVALID_OPTION'],
    [{ options: { warmup: '--tools' } }, 'INVALID_OPTION'],
    [{ extra_args: ['--threads', '--tools'] }, 'OPTION_FORBIDDEN'],
    [{ extra_args: ['--alias', '--tools'] }, 'OPTION_FORBIDDEN'],
    [{ extra_args: ['--warmup', 'all'] }, 'INVALID_OPTION'],
    [{ extra_args: ['all'] }, 'INVALID_OPTION'],
    [{ extra_args: ['--'] }, 'UNKNOWN_OPTION'],
    [{ extra_args: ['-c512'] }, 'UNKNOWN_OPTION'],
    [{ extra_args: ['--LOG-FILE', '/x'] }, 'UNKNOWN_OPTION'],
    [{ extra_args: ['--control-vector-layer-range', '1', '--tools'] }, 'OPTION_FORBIDDEN'],
    [{ extra_args: ['--alias', 'a\0'] }, 'INVALID_OPTION'],
    [{ extra_args: ['--api-key', 'secret'] }, 'OPTION_FORBIDDEN'],
    [{ extra_args: ['--api-key=secret'] }, 'OPTION_FORBIDDEN'],
  ] as const)
    expect(await codeOf(rest as Partial<BackendInput>), JSON.stringify(rest)).toBe(code);
});

test('C18: files named by options are checked, each of a list', async () => {
  const model = join(dir.path, 'model.gguf');
  await writeFile(join(dir.path, 'secret'), 'secret');
  await writeFile(join(dir.path, 'template.jinja'), '{{ messages }}');
  const cases: [InstanceOptions, string][] = [
    [{ mmproj: '/dev/zero' }, 'MODEL_PATH_FORBIDDEN'],
    [{ mmproj: `${model}x` }, 'MODEL_NOT_FOUND'],
    [{ model_draft: 'relative.gguf' }, 'MODEL_PATH_FORBIDDEN'],
    [{ spec_draft_model: dir.path }, 'MODEL_PATH_FORBIDDEN'],
    [{ lora: `${model},/proc/version` }, 'MODEL_PATH_FORBIDDEN'],
    [{ lora: [model, '/proc/version'] }, 'MODEL_PATH_FORBIDDEN'],
    [{ lora: `"${model}"` }, 'INVALID_OPTION'],
    [{ lora_scaled: `${model}:0.5,/proc/version:1` }, 'MODEL_PATH_FORBIDDEN'],
    [{ lora_scaled: model }, 'INVALID_OPTION'],
    [{ control_vector: '/proc/version' }, 'MODEL_PATH_FORBIDDEN'],
    [{ grammar_file: '/proc/version' }, 'MODEL_PATH_FORBIDDEN'],
    [{ json_schema_file: join(dir.path, 'secret') }, 'MODEL_PATH_FORBIDDEN'],
    [{ chat_template_file: join(dir.path, 'secret') }, 'MODEL_PATH_FORBIDDEN'],
    [{ mmproj: model, lora: [model, model], lora_scaled: `${model}:-0.5` }, 'undefined'],
    [{ chat_template_file: join(dir.path, 'template.jinja') }, 'undefined'],
  ];
  for (const [options, code] of cases) {
    expect(await codeOf({ options }), JSON.stringify(options)).toBe(code);
    if (code !== 'undefined')
      expect(await codeOf({ options }, '/no/such/llama-server'), JSON.stringify(options)).toBe(
        code,
      );
  }
  expect(await codeOf({ extra_args: ['--lora', `${model},/proc/version`] })).toBe(
    'MODEL_PATH_FORBIDDEN',
  );
  expect(await codeOf({ extra_args: ['-mm', '/dev/zero'] })).toBe('MODEL_PATH_FORBIDDEN');
});

test('S2: the configuration lifts what is denied, by any spelling, and nothing that is managed', async () => {
  const check = (allowOptions: string[], rest: Partial<BackendInput>) =>
    llamaCpp({ command, allowOptions })
      .check(input(rest), { modelRoots: [] })
      .then(() => 'allowed')
      .catch((error: LlamactlError) => error.code);
  expect(await check(['slot_save_path'], { options: { slot_save_path: '/tmp' } })).toBe('allowed');
  expect(await check(['--slot-save-path'], { extra_args: ['--slot-save-path', '/tmp'] })).toBe(
    'allowed',
  );
  expect(await check(['webui_config'], { options: { ui_config: '{}' } })).toBe('allowed');
  expect(await check(['tools'], { options: { tools_runtime: 'x' } })).toBe('OPTION_FORBIDDEN');
  expect(await check(['host'], { options: { host: '0.0.0.0' } })).toBe('OPTION_MANAGED');
  expect(await check(['hf_token'], { extra_args: ['-hft', 'x'] })).toBe('OPTION_FORBIDDEN');
});

test.each(['api-key', 'API_KEY', '-api_key', 'api key', '_api_key'])(
  'without a program too an option is spelled in one way only, so %j is none',
  async (name) => {
    const options = { [name]: 'secret' };
    for (const program of programs)
      expect(await codeOf({ options }, program())).toBe('UNKNOWN_OPTION');
  },
);

test.each(programs)('no error echoes a name of any length (%#)', async (program) => {
  const backend = llamaCpp({ command: program() });
  const long = 'x'.repeat(900_000);
  const wrong: Partial<BackendInput>[] = [
    { options: { [long]: 1 } },
    { options: { [`hf_${long}`]: 1 } },
    { options: { [`-${long}`]: 1 } },
    { options: { threads: 1, mmproj: `/${long}` } },
    { extra_args: [`--${long}-file`] },
    { extra_args: [`--hf-${long}`] },
    { env: { [long]: '1' } },
    { model_path: `/${long}` },
  ];
  for (const each of wrong) {
    const error = await backend.check(input(each), { modelRoots: [] }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    const length = LlamactlError.is(error) ? JSON.stringify(error.toJSON()).length : 0;
    expect([Object.keys(each), length < 4_000]).toEqual([Object.keys(each), true]);
  }
});

test('an own command needs the permission of the configuration', async () => {
  expect(await codeOf({ command })).toBe('COMMAND_FORBIDDEN');
  const backend = llamaCpp({ command: '/no/such/llama-server', allowCommand: true });
  await backend.check(input({ command, options: { threads: 1 } }), { modelRoots: [] });
});
