import { symlink } from 'node:fs/promises';
import type { InstanceOptions } from '@llamactl/contract';
import { makeFakeCommand, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { llamaCpp } from '../src/index.js';
import { openLab } from './lab.js';

async function asked<T>(port: number, path: string): Promise<T> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).json() as T;
}

test('S1: a process gets one argument for each that its definition makes, whatever is in it', async () => {
  await using lab = await openLab();
  const options: InstanceOptions = {
    threads: 4,
    context_size: 2048,
    gpu_layers: 0,
    seed: -1,
    temp: 0.5,
    flash_attn: 'on',
    cont_batching: false,
  };
  const odd = ['--predict', '5'];
  const { port } = await lab.run('a', 'running', { options, extra_args: odd });
  const args = await asked<string[]>(port, '/_args');
  const own = args.slice(args.indexOf('--threads'));
  expect(own).toEqual([
    ...['--threads', '4', '--ctx-size', '2048', '--gpu-layers', '0', '--seed', '-1'],
    ...['--temp', '0.5', '--flash-attn', 'on', '--no-cont-batching', '--predict', '5'],
  ]);
  const managed = args.slice(0, args.indexOf('--threads'));
  expect(managed.filter((each) => /tools|log-file|host|port/.test(each))).toEqual([
    '--host',
    '--port',
  ]);
});

test('S1: a model path is one argument, whatever a shell would make of it', async () => {
  await using lab = await openLab();
  await using dir = await tempDir();
  const names = [
    'a b.gguf',
    '$(touch pwned).gguf',
    '; touch pwned;.gguf',
    "it's.gguf",
    '"a".gguf',
    '-m.gguf',
  ];
  for (const [at, name] of names.entries()) {
    const model_path = `${dir.path}/${name}`;
    await symlink(lab.model, model_path);
    const { port } = await lab.run(`a${at}`, 'running', { model_path });
    const args = await asked<string[]>(port, '/_args');
    expect(args[args.indexOf('--model') + 1]).toBe(model_path);
  }
});

test('S3: a process gets the variables that it may have, and no secret of ours', async () => {
  const ours = {
    LLAMACTL_AUTH__SECRET: 'ours',
    AWS_SECRET_ACCESS_KEY: 'ours',
    HF_TOKEN: 'ours',
    NODE_OPTIONS: '--no-warnings',
    LD_PRELOAD: '',
    LLAMA_ARG_TOOLS: 'all',
    PYTHONPATH: 'ours',
    https_proxy: 'http://ours',
  };
  const before = { ...process.env };
  Object.assign(process.env, ours);
  try {
    await using dir = await tempDir();
    const command = await makeFakeCommand('ready', { dir: dir.path });
    const backends = { 'llama-cpp': llamaCpp({ command, env: { FROM_CONFIG: '1' } }) };
    await using lab = await openLab({ backends });
    const { port } = await lab.run('a', 'running', { env: { CUDA_VISIBLE_DEVICES: '1' } });
    const environment = await asked<Record<string, string>>(port, '/_env');
    expect(environment).toMatchObject({ FROM_CONFIG: '1', CUDA_VISIBLE_DEVICES: '1' });
    for (const name of Object.keys(ours)) expect(environment).not.toHaveProperty(name);
    const known =
      /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|TZ|TMPDIR|PWD|OLDPWD|SHLVL|_|XDG_CACHE_HOME|LC_\w+|LD_LIBRARY_PATH|GGML_\w+|LLAMACTL_(RUN|INSTANCE)|FROM_CONFIG|CUDA_VISIBLE_DEVICES|LLAMA_CACHE|HF_HOME)$/;
    expect(Object.keys(environment).filter((name) => !known.test(name))).toEqual([]);
  } finally {
    for (const name of Object.keys(ours)) delete process.env[name];
    Object.assign(process.env, before);
  }
});
