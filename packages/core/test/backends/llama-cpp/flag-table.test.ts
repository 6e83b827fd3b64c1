import { expect, test } from 'vitest';
import { type FlagEntry, parseFlagTable } from '../../../src/backends/llama-cpp/flag-table.js';
import { realFlagTable } from './real-server.js';

const sample = `warning: a line that is no flag
----- common params -----

-t,    --threads N                      number of CPU threads to use during generation (default: <num_cpus>)
                                        (env: LLAMA_ARG_THREADS)
-n,    --predict, --n-predict N         number of tokens to predict (default: -1, -1 = infinity)
--temp, --temperature N                 temperature (default: 0.80)
--rope-freq-base N                      RoPE base frequency (default: loaded from model)
-fa,   --flash-attn [on|off|auto]       set Flash Attention use ('on', 'off', or 'auto', default: 'auto')
--cpu-strict <0|1>                      use strict CPU placement (default: 0)
--poll <0...100>                        use polling level to wait for work (0 - no polling, default: 50)
--pooling {none,mean,cls}               pooling type for embeddings
-ctk,  --cache-type-k TYPE              KV cache data type for K
                                        allowed values: f32, f16, q8_0
                                        (default: f16)
-kvo,  --kv-offload, -nkvo, --no-kv-offload
                                        whether to enable KV cache offloading (default: enabled)
--repack, -nr, --no-repack              whether to enable weight repacking (default: enabled)
--no-host                               bypass host buffer
--mmproj-auto, --no-mmproj, --no-mmproj-auto
                                        whether to use multimodal projector file
-ngl,  --gpu-layers, --n-gpu-layers N   max. number of layers to store in VRAM, either an exact number,
                                        'auto', or 'all' (default: auto)
-ot,   --override-tensor <tensor name pattern>=<buffer type>,...
                                        override tensor buffer type
--control-vector-layer-range START END
                                        layer range to apply the control vector(s) to
--lora-scaled FNAME SCALE               path to LoRA adapter with scaling (can be repeated)
--lora FNAME                            path to LoRA adapter (use comma-separated values to load multiple
                                        adapters)
--fim-qwen-1.5b-default                 use default Qwen 2.5 Coder 1.5B
-l,    --logit-bias TOKEN_ID(+/-)BIAS   modifies the likelihood of token appearing in the completion,
                                        i.e. \`--logit-bias 15043+1\` to increase likelihood
--draft, --draft-n, --draft-max N       the argument has been removed. use --spec-draft-n-max or
                                        --spec-ngram-mod-n-max
                                        (env: LLAMA_ARG_DRAFT_MAX)
`;

const table = parseFlagTable(sample);

test.each<[string, Partial<FlagEntry>]>([
  ['-t', { flags: ['-t', '--threads'], type: 'integer', arity: 1, env: 'LLAMA_ARG_THREADS' }],
  ['--n-predict', { flags: ['-n', '--predict', '--n-predict'], type: 'integer', env: null }],
  ['--temp', { type: 'number', value: 'N' }],
  ['--rope-freq-base', { type: 'number' }],
  ['-fa', { type: 'enum', values: ['on', 'off', 'auto'] }],
  ['--cpu-strict', { type: 'enum', values: ['0', '1'] }],
  ['--poll', { type: 'integer' }],
  ['--pooling', { type: 'enum', values: ['none', 'mean', 'cls'] }],
  ['--cache-type-k', { type: 'enum', values: ['f32', 'f16', 'q8_0'] }],
  [
    '-nkvo',
    { flags: ['-kvo', '--kv-offload'], negations: ['-nkvo', '--no-kv-offload'], type: 'boolean' },
  ],
  ['--repack', { flags: ['--repack'], negations: ['-nr', '--no-repack'], arity: 0, value: null }],
  ['--no-host', { flags: ['--no-host'], negations: [] }],
  ['--no-mmproj', { flags: ['--mmproj-auto'], negations: ['--no-mmproj', '--no-mmproj-auto'] }],
  ['-ngl', { type: 'string', arity: 1 }],
  ['-ot', { type: 'string', separator: ',', arity: 1 }],
  ['--control-vector-layer-range', { type: 'integer', arity: 2, value: 'START END' }],
  ['--lora-scaled', { type: 'string', arity: 2, repeatable: true }],
  ['--lora', { separator: ',', repeatable: false }],
  ['--fim-qwen-1.5b-default', { type: 'boolean', removed: false }],
  ['--logit-bias', { repeatable: true }],
  ['--draft-n', { removed: true, env: 'LLAMA_ARG_DRAFT_MAX' }],
])('reads %s', (flag, expected) => {
  expect(table.find(flag)).toMatchObject(expected);
});

test('finds an entry by its variable', () => {
  expect(table.findVariable('LLAMA_ARG_THREADS')).toBe(table.find('--threads'));
});

test('has one entry for each flag of the sample, and none for other text', () => {
  expect(table.entries).toHaveLength(21);
  expect(parseFlagTable('Segmentation fault\n').entries).toEqual([]);
});

test('reads every line of the help of the real llama-server', async () => {
  const { help, table: real } = await realFlagTable();
  const heads = help
    .split('\n')
    .filter((line) => line.startsWith('-') && !line.startsWith('-----'));
  expect(real.entries).toHaveLength(heads.length);
  expect(real.entries.length).toBeGreaterThan(100);
  for (const entry of real.entries) {
    expect(entry.description, entry.flags.join()).not.toBe('');
    expect(entry.flags.length, entry.flags.join()).toBeGreaterThan(0);
    expect(entry.arity === 0, entry.flags.join()).toBe(entry.type === 'boolean');
  }
  const variables = help.match(/\(env: \w+\)/g) ?? [];
  expect(real.entries.filter((entry) => entry.env !== null)).toHaveLength(variables.length);
});
