import { type InstanceOptions, LlamactlError } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { checkDefinition } from '../../../src/backends/llama-cpp/check-definition.js';
import { parseFlagTable } from '../../../src/backends/llama-cpp/flag-table.js';

const table = parseFlagTable(`
-t,    --threads N                      number of CPU threads to use during generation (default: 4)
-c,    --ctx-size N                     size of the prompt context (default: 0)
--temp, --temperature N                 temperature (default: 0.80)
-fa,   --flash-attn [on|off|auto]       set Flash Attention use (default: 'auto')
--cpu-strict <0|1>                      use strict CPU placement (default: 0)
-ngl,  --gpu-layers, --n-gpu-layers N   max. number of layers, either an exact number, 'auto', or 'all'
--warmup, --no-warmup                   whether to perform warmup
--metrics                               enable metrics
--no-host                               bypass host buffer
-a,    --alias STRING                   set model name aliases, comma-separated
-l,    --logit-bias TOKEN_ID(+/-)BIAS   modifies the likelihood of token appearing in the completion
--control-vector-layer-range START END  layer range
-r,    --reverse-prompt PROMPT          halt generation at PROMPT
--api-key KEY                           API key, comma-separated list (env: LLAMA_API_KEY)
--mirostat N                            use Mirostat (default: 0)
--draft, --draft-max N                  the argument has been removed. use --threads or
                                        --ctx-size
`);

const rules = { allowOptions: [], modelRoots: [] };

async function built(options: InstanceOptions, extra_args: string[] = []) {
  return checkDefinition({ options, extra_args }, table, rules);
}

async function refusal(options: InstanceOptions, extra_args: string[] = []) {
  const error = await built(options, extra_args).catch((thrown: unknown) => thrown);
  if (!LlamactlError.is(error)) throw new Error('it was not refused');
  return error;
}

test.each<[InstanceOptions, string[]]>([
  [{ threads: 8 }, ['--threads', '8']],
  [{ context_size: 4096 }, ['--ctx-size', '4096']],
  [{ ctx_size: 0 }, ['--ctx-size', '0']],
  [{ gpu_layers: 35 }, ['--gpu-layers', '35']],
  [{ n_gpu_layers: 'all' }, ['--n-gpu-layers', 'all']],
  [{ gpu_layers: -1 }, ['--gpu-layers', '-1']],
  [{ temp: 0.7 }, ['--temp', '0.7']],
  [{ temperature: 1e-7 }, ['--temperature', '1e-7']],
  [{ temp: -0 }, ['--temp', '0']],
  [{ threads: '8' }, ['--threads', '8']],
  [{ flash_attn: 'auto' }, ['--flash-attn', 'auto']],
  [{ flash_attn: true }, ['--flash-attn', 'on']],
  [{ flash_attn: false }, ['--flash-attn', 'off']],
  [{ cpu_strict: 1 }, ['--cpu-strict', '1']],
  [{ cpu_strict: true }, ['--cpu-strict', '1']],
  [{ warmup: true }, ['--warmup']],
  [{ warmup: false }, ['--no-warmup']],
  [{ no_warmup: true }, ['--no-warmup']],
  [{ no_warmup: false }, ['--warmup']],
  [{ metrics: false }, []],
  [{ no_host: true }, ['--no-host']],
  [{ alias: '' }, ['--alias', '']],
  [{ alias: ['a', 'b'] }, ['--alias', 'a,b']],
  [{ alias: [] }, []],
  [{ logit_bias: ['15+1', '16-1'] }, ['--logit-bias', '15+1', '--logit-bias', '16-1']],
  [{ control_vector_layer_range: [1, 10] }, ['--control-vector-layer-range', '1', '10']],
  [{ threads: [8] }, ['--threads', '8']],
  [{ reverse_prompt: '-\n\tUser:' }, ['--reverse-prompt', '-\n\tUser:']],
  [{ threads: 1, ctx_size: 2 }, ['--threads', '1', '--ctx-size', '2']],
])('%j becomes %j', async (options, args) => {
  expect((await built(options)).args).toEqual(args);
});

test('a key goes by environment, whatever it begins with', async () => {
  const { args, env } = await built({ api_key: ['-one', 'two'], threads: 1 });
  expect(args).toEqual(['--threads', '1']);
  expect(env).toEqual({ LLAMA_API_KEY: '-one,two' });
});

test.each<[InstanceOptions, string, RegExp]>([
  [{ threads: 1.5 }, 'INVALID_OPTION', /options\.threads must be a whole number/],
  [{ threads: 'many' }, 'INVALID_OPTION', /whole number/],
  [{ threads: 1e21 }, 'INVALID_OPTION', /whole number/],
  [{ threads: '' }, 'INVALID_OPTION', /whole number/],
  [{ threads: true }, 'INVALID_OPTION', /takes a value \(N\), not true or false/],
  [{ threads: [1, 2] }, 'INVALID_OPTION', /one value, not a list/],
  [{ temp: 'hot' }, 'INVALID_OPTION', /must be a number/],
  [{ temp: Number.POSITIVE_INFINITY }, 'INVALID_OPTION', /finite/],
  [{ flash_attn: 'atuo' }, 'INVALID_OPTION', /one of on, off, auto; did you mean "auto"/],
  [{ warmup: 1 }, 'INVALID_OPTION', /true or false/],
  [{ warmup: 'true' }, 'INVALID_OPTION', /true or false/],
  [{ control_vector_layer_range: 1 }, 'INVALID_OPTION', /list of 2 values \(START END\)/],
  [{ control_vector_layer_range: [1, 2, 3] }, 'INVALID_OPTION', /list of 2 values/],
  [{ alias: '-x' }, 'OPTION_FORBIDDEN', /begins with "-"/],
  [{ context_size: 1, ctx_size: 2 }, 'INVALID_OPTION', /sets --ctx-size, as options\.context_size/],
  [{ warmup: true, no_warmup: true }, 'INVALID_OPTION', /as options\.warmup does/],
])('%j is refused with %s', async (options, code, message) => {
  const error = await refusal(options);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.issues?.[0]?.path).toMatch(/^options\./);
});

test.each([
  ['thread', ['threads']],
  ['contextsize', ['context_size']],
  ['ctx-size', ['ctx_size']],
  ['ngl', ['n_gpu_layers']],
  ['quite_another', []],
])('the unknown option %s is told with %j', async (name, suggestions) => {
  const error = await refusal({ [name]: 1 });
  expect(error.code).toBe('UNKNOWN_OPTION');
  expect(error.suggestions?.slice(0, 1)).toEqual(suggestions);
  expect(error.issues?.[0]?.path).toBe(`options.${name}`);
});

test('a removed option says so and what is there instead', async () => {
  const error = await refusal({ draft_max: 4 });
  expect(error.code).toBe('UNKNOWN_OPTION');
  expect(error.message).toMatch(/no longer has "draft_max"/);
  expect(error.suggestions).toEqual(['threads', 'ctx_size']);
});

test('further arguments are passed on as they are', async () => {
  const extra = [
    '-t',
    '1',
    '--ctx_size',
    '512',
    '-r',
    '--x',
    '--control-vector-layer-range',
    '1',
    '2',
  ];
  const { args, assignments } = await built({ metrics: true }, [
    ...extra,
    '-l',
    '1+1',
    '-l',
    '2+1',
  ]);
  expect(args).toEqual(['--metrics', ...extra, '-l', '1+1', '-l', '2+1']);
  expect(assignments).toHaveLength(7);
});

test.each([
  [['-t'], 'INVALID_OPTION', /extra_args\[0\] needs a value after it \(N\)/],
  [['--control-vector-layer-range', '1'], 'INVALID_OPTION', /needs 2 values/],
  [['-t', '1', 'x'], 'INVALID_OPTION', /extra_args\[2\] is neither/],
  [['-t', 'x'], 'INVALID_OPTION', /extra_args\[1\] must be a whole number/],
  [['--threads=1'], 'INVALID_OPTION', /joined by "="/],
  [['--thread', '1'], 'UNKNOWN_OPTION', /did you mean --threads/],
  [['--draft-max', '1'], 'UNKNOWN_OPTION', /no longer has/],
])('the arguments %j are refused with %s', async (extra, code, message) => {
  const error = await refusal({}, extra);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test('an option and an argument may not set the same flag', async () => {
  const error = await refusal({ threads: 1 }, ['-t', '2']);
  expect(error.message).toMatch(/extra_args\[0\] sets --threads, as options\.threads does/);
});
