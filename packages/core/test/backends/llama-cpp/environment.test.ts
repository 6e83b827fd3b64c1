import { LlamactlError } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { baseEnvironment, checkEnvironment } from '../../../src/backends/llama-cpp/environment.js';
import { parseFlagTable } from '../../../src/backends/llama-cpp/flag-table.js';

const table = parseFlagTable(`
-t,    --threads N                      number of CPU threads (env: LLAMA_ARG_THREADS)
-hft,  --hf-token TOKEN                 Hugging Face access token (env: HF_TOKEN)
`);

function refusal(env: Record<string, string>, allowEnv: string[] = []): LlamactlError | null {
  try {
    checkEnvironment(env, allowEnv, table);
    return null;
  } catch (error) {
    if (LlamactlError.is(error, 'ENV_FORBIDDEN')) return error;
    throw error;
  }
}

test.each([
  'CUDA_VISIBLE_DEVICES',
  'HIP_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'GGML_CUDA_ENABLE_UNIFIED_MEMORY',
  'GGML_VK_VISIBLE_DEVICES',
  'GGML_CUDA_FORCE_MMQ',
  'GGML_METAL_NO_RESIDENCY',
  'GGML_NO_BACKTRACE',
  'OMP_NUM_THREADS',
  'LLAMA_CACHE',
  'HF_HOME',
])('S3: an instance may set %s', (name) => {
  expect(refusal({ [name]: '1' })).toBeNull();
});

test.each([
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'LD_AUDIT',
  'DYLD_INSERT_LIBRARIES',
  'PATH',
  'HOME',
  'BASH_ENV',
  'ENV',
  'IFS',
  'NODE_OPTIONS',
  'PYTHONPATH',
  'http_proxy',
  'HTTPS_PROXY',
  'GGML_BACKEND_PATH',
  'GGML_METAL_PATH_RESOURCES',
  'GGML_OPENVINO_CACHE_DIR',
  'GGML_RUN_SCRIPT',
  'GGML_OUTPUT',
  'GGML_EXPORT_TO',
  'GGML_HEXAGON_SKEL',
  'GGML_CUDA_EXPORT_TO',
  'GGML_VK_LAYER_LIST',
  'GGML_',
  'OMP_TOOL_LIBRARIES',
  'OMP_TOOL_VERBOSE_INIT',
  'CUDA_INJECTION64_PATH',
  'CUDA_CACHE_PATH',
  'VK_ICD_FILENAMES',
  'HF_ENDPOINT',
  'HF_TOKEN',
  'MODEL_ENDPOINT',
  'LLAMA_API_KEY',
  'LLAMA_ARG_TOOLS',
  'LLAMA_ARG_THREADS',
  'LLAMA_SERVER_ROUTER_PORT',
  'cuda_visible_devices',
  'A=B',
  '',
  'A B',
  '__proto__',
])('S3: an instance may not set %j', (name) => {
  const error = refusal(JSON.parse(JSON.stringify({ [name]: '1' }, [name])));
  expect(error?.details).toBeTruthy();
});

test('the answer says what to do', () => {
  expect(refusal({ LLAMA_ARG_THREADS: '1' })?.details).toMatch(/options\.threads/);
  expect(refusal({ LD_PRELOAD: 'x' })?.details).toMatch(/LD_PRELOAD.*allow_env/);
  expect(refusal({ OMP_NUM_THREADS: 'a\0b' })?.message).toMatch(/NUL/);
});

test('S3: the configuration allows more, but never the twins of options', () => {
  expect(refusal({ LD_PRELOAD: 'x' }, ['LD_PRELOAD'])).toBeNull();
  expect(refusal({ HF_TOKEN: 'x' }, ['HF_TOKEN'])).toBeNull();
  expect(refusal({ MY_ONE: 'x', MY_TWO: 'y' }, ['MY_*'])).toBeNull();
  expect(refusal({ LLAMA_ARG_TOOLS: 'all' }, ['*', 'LLAMA_ARG_TOOLS'])).not.toBeNull();
  expect(refusal({ LLAMA_API_KEY: 'x' }, ['LLAMA_*'])).not.toBeNull();
});

test('S3: a child gets what it needs and nothing else of ours', () => {
  const own = {
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C',
    TZ: 'UTC',
    LD_LIBRARY_PATH: '/opt/cuda',
    CUDA_VISIBLE_DEVICES: '0',
    GGML_BACKEND_PATH: '/opt/ggml.so',
    LLAMA_ARG_HOST: '0.0.0.0',
    LLAMA_API_KEY: 'secret',
    HF_TOKEN: 'secret',
    LLAMACTL_AUTH__SECRET: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    LD_PRELOAD: 'x.so',
    NODE_OPTIONS: '--inspect',
    http_proxy: 'http://proxy',
  };
  expect(baseEnvironment({ TZ: 'Europe/Berlin', ANYTHING: 'goes' }, own)).toEqual({
    GGML_NO_BACKTRACE: '1',
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C',
    TZ: 'Europe/Berlin',
    LD_LIBRARY_PATH: '/opt/cuda',
    CUDA_VISIBLE_DEVICES: '0',
    GGML_BACKEND_PATH: '/opt/ggml.so',
    ANYTHING: 'goes',
  });
});
