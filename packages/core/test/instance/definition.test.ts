import { expect, test } from 'vitest';
import {
  changedDefinition,
  maskedDefinition,
  newDefinition,
  startsAlike,
} from '../../src/instance/definition.js';
import { secretMask } from '../../src/support/secrets.js';

const then = new Date('2024-01-15T10:30:00Z');
const later = new Date('2024-01-15T12:45:00Z');
const plain = newDefinition(
  { name: 'a', model_path: '/m.gguf', options: { threads: 4, gpu_layers: 0, mmap: false } },
  8081,
  then,
);

test('fields that were left out get their defaults', () => {
  expect(plain).toEqual({
    name: 'a',
    backend: 'llama-cpp',
    model_path: '/m.gguf',
    port: 8081,
    options: { threads: 4, gpu_layers: 0, mmap: false },
    env: {},
    command: null,
    extra_args: [],
    aliases: [],
    on_demand: null,
    idle_timeout: null,
    group: null,
    pinned: false,
    auto_port: true,
    autostart: false,
    restart_policy: 'on_failure',
    created_at: '2024-01-15T10:30:00.000Z',
    updated_at: '2024-01-15T10:30:00.000Z',
  });
});

test('a change merges options key by key and keeps the rest', () => {
  const changed = changedDefinition(plain, { options: { threads: 8, context_size: 0 } }, later);
  expect(changed.options).toEqual({ threads: 8, gpu_layers: 0, mmap: false, context_size: 0 });
  expect(changed).toMatchObject({ port: 8081, model_path: '/m.gguf' });
  expect(changed.created_at).toBe(plain.created_at);
  expect(changed.updated_at).toBe('2024-01-15T12:45:00.000Z');
});

test('null removes an option; zero and false stay', () => {
  const changed = changedDefinition(plain, { options: { threads: null, mmap: false } }, later);
  expect(changed.options).toEqual({ gpu_layers: 0, mmap: false });
});

test('an own key named __proto__ is data like any other', () => {
  const options = JSON.parse('{"__proto__": 1}');
  expect(Object.keys(changedDefinition(plain, { options }, later).options)).toContain('__proto__');
  expect(({} as Record<string, unknown>).threads).toBeUndefined();
});

test('secrets are masked, and a mask that is written back keeps the secret', () => {
  const secret = changedDefinition(
    plain,
    { options: { api_key: 'k' }, env: { HF_TOKEN: 't' } },
    later,
  );
  const shown = maskedDefinition(secret, new Set(['api_key']));
  expect(shown.options).toEqual({ ...plain.options, api_key: secretMask });
  expect(shown.env).toEqual({ HF_TOKEN: secretMask });
  const kept = changedDefinition(secret, { options: shown.options, env: shown.env }, later);
  expect(kept.options.api_key).toBe('k');
  expect(kept.env.HF_TOKEN).toBe('t');
});

test('of variables only what is known to be harmless is shown', () => {
  const env = {
    CUDA_VISIBLE_DEVICES: '0',
    GGML_CUDA_FORCE_MMQ: '1',
    LC_ALL: 'C',
    HF_HOME: '/models',
    DATABASE_URL: 'postgres://me:secret@db',
    MY_CREDENTIAL: 'x',
    GPU_CLOUD_TOKEN: 'x',
    HF_HOME_2: 'x',
  };
  const { env: shown } = maskedDefinition({ ...plain, env }, new Set());
  expect(shown).toEqual({
    CUDA_VISIBLE_DEVICES: '0',
    GGML_CUDA_FORCE_MMQ: '1',
    LC_ALL: 'C',
    HF_HOME: '/models',
    DATABASE_URL: secretMask,
    MY_CREDENTIAL: secretMask,
    GPU_CLOUD_TOKEN: secretMask,
    HF_HOME_2: secretMask,
  });
});

test('definitions start alike when only times or the order of keys differ', () => {
  const reordered = {
    ...plain,
    options: { mmap: false, gpu_layers: 0, threads: 4 },
    updated_at: 'x',
  };
  expect(startsAlike(plain, reordered)).toBe(true);
  expect(startsAlike(plain, changedDefinition(plain, { options: { threads: 5 } }, later))).toBe(
    false,
  );
});
