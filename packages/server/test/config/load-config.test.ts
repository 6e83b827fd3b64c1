import { LlamactlError } from '@llamactl/contract';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';

function load(text: string, environment: Record<string, string> = {}, flags: unknown[][] = []) {
  return loadConfig({
    file: { path: 'llamactl.yaml', text },
    environment,
    flags: flags.map(([path, value]) => ({ path: String(path).split('.'), value })),
  });
}

function refusalOf(text: string, environment: Record<string, string> = {}) {
  try {
    load(text, environment);
  } catch (error) {
    if (LlamactlError.is(error, 'VALIDATION_FAILED')) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('loadConfig', () => {
  it('has a default for everything', () => {
    expect(loadConfig({})).toEqual({
      warnings: [],
      config: {
        server: {
          host: 'localhost',
          port: 8080,
          base_path: '/',
          allowed_hosts: [],
          allowed_origins: [],
        },
        auth: { allow_insecure: false },
        instances: {
          host: '127.0.0.1',
          port_range: [8081, 9080],
          startup_timeout: 600,
          stop_timeout: 30,
        },
        models: { roots: [] },
        backends: {
          'llama-cpp': {
            command: 'llama-server',
            args: [],
            env: {},
            allow_options: [],
            allow_env: [],
            allow_command: false,
          },
        },
        logs: { max_file_size: 20_971_520, max_files: 5 },
        metrics: { interval: 2 },
      },
    });
    expect(load('')).toEqual(loadConfig({}));
    expect(load('# nothing\n')).toEqual(loadConfig({}));
    expect(load('server: {}')).toEqual(loadConfig({}));
  });

  it('puts the environment over the file and flags over both', () => {
    const text = 'server: { host: a, port: 1 }\nlogs: { max_files: 7 }';
    const environment = { LLAMACTL_SERVER__PORT: '2', LLAMACTL_SERVER__HOST: 'b' };
    const { config } = load(text, environment, [['server.port', 3]]);
    expect(config.server).toMatchObject({ host: 'b', port: 3 });
    expect(config.logs.max_files).toBe(7);
  });

  it('reads every kind of setting out of the environment', () => {
    const { config } = load('', {
      LLAMACTL_DATA_DIR: '007',
      LLAMACTL_AUTH__ALLOW_INSECURE: 'true',
      LLAMACTL_INSTANCES__PORT_RANGE: '9000,9010',
      LLAMACTL_METRICS__INTERVAL: '0.5',
      LLAMACTL_MODELS__ROOTS: '/a, /b',
      LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: '/opt/llama server',
      LLAMACTL_BACKENDS__LLAMA_CPP__ARGS: '["--a", "b,c"]',
      LLAMACTL_BACKENDS__LLAMA_CPP__ENV__CUDA_VISIBLE_DEVICES: '0',
    });
    expect(config.data_dir).toBe('007');
    expect(config.auth.allow_insecure).toBe(true);
    expect(config.instances.port_range).toEqual([9000, 9010]);
    expect(config.metrics.interval).toBe(0.5);
    expect(config.models.roots).toEqual(['/a', '/b']);
    expect(config.backends['llama-cpp']).toMatchObject({
      command: '/opt/llama server',
      args: ['--a', 'b,c'],
      env: { CUDA_VISIBLE_DEVICES: '0' },
    });
  });

  it('takes a whole section out of the environment, and single settings over it', () => {
    const { config } = load('logs: { max_files: 7 }', {
      LLAMACTL_SERVER__PORT: '2',
      LLAMACTL_SERVER: '{ port: 1, host: 127.0.0.1 }',
    });
    expect(config.server).toMatchObject({ port: 2, host: '127.0.0.1' });
    expect(config.logs.max_files).toBe(7);
  });

  it('refuses a misspelt variable of a section and warns of others', () => {
    expect(refusalOf('', { LLAMACTL_SERVER__PROT: '1' })).toMatchObject({
      message: expect.stringContaining('LLAMACTL_SERVER__PROT'),
      suggestions: expect.arrayContaining(['LLAMACTL_SERVER__PORT']),
    });
    const { warnings } = load('', {
      LLAMACTL_SEVER__PORT: '1',
      PATH: '/bin',
      LLAMACTLX: '',
      LLAMACTL_URL: 'x',
    });
    expect(warnings).toEqual([expect.stringContaining('LLAMACTL_SERVER__PORT')]);
  });

  it('replaces variables in values', () => {
    const text = `
server: { host: "\${HOST:-localhost}", port: \${PORT:-8090} }
data_dir: \${HOME}/data # \${NOT_A_VALUE}
models: { roots: ["\${EMPTY:-/models}", 'x\${HOME}\${HOME}'] }
backends: { llama-cpp: { env: { OMP_NUM_THREADS: "\${PORT}" } } }`;
    const { config } = load(text, { PORT: '99', HOME: '/home/me: {', EMPTY: '' });
    expect(config.server).toMatchObject({ host: 'localhost', port: 99 });
    expect(config.data_dir).toBe('/home/me: {/data');
    expect(config.models.roots).toEqual(['/models', 'x/home/me: {/home/me: {']);
    expect(config.backends['llama-cpp'].env).toEqual({ OMP_NUM_THREADS: '99' });
    expect(refusalOf(`data_dir: \${NOWHERE}`).message).toContain('NOWHERE');
  });

  it.each([
    ['server: { prot: 1 }', 'server.prot', 'is not a known setting; did you mean port?'],
    ['sever: {}', 'sever', 'is not a known setting; did you mean server?'],
    ['server: { port: 65536 }', 'server.port', 'must be a whole number from 0 to 65535'],
    ['server: { port: "80" }', 'server.port', 'must be a whole number from 0 to 65535'],
    ['server: { base_path: api }', 'server.base_path', expect.stringContaining('/')],
    ['server: [1]', 'server', 'must be an object'],
    ['models: { roots: /a }', 'models.roots', expect.stringContaining('a list')],
    ['models: { roots: [1] }', 'models.roots.0', expect.stringContaining('text')],
    ['instances: { port_range: [5, 4] }', 'instances.port_range', expect.stringContaining('first')],
    [
      'instances: { port_range: [0, 4] }',
      'instances.port_range.0',
      expect.stringContaining('from 1'),
    ],
    [
      'backends: { llama-cpp: { env: { A: 1 } } }',
      'backends.llama-cpp.env.A',
      expect.stringContaining('text'),
    ],
    ['backends: { llamacpp: {} }', 'backends.llamacpp', expect.stringContaining('llama-cpp')],
    ['auth: { allow_insecure: yes please }', 'auth.allow_insecure', 'must be true or false'],
    ['data_dir: ""', 'data_dir', expect.stringContaining('text')],
  ])('says what is wrong with %s', (text, path, message) => {
    const refusal = refusalOf(text);
    expect(refusal.issues).toEqual([{ path, message }]);
    expect(refusal.message).toContain('llamactl.yaml: ');
    expect(refusal.message).toContain(path);
  });

  it.each([
    '{',
    'a: b: c',
    '- a',
    'text',
    'server: *nowhere',
    'a: 1\na: 2',
    '__proto__: { a: 1 }',
    'a: &x [*x]',
  ])('refuses %j', (text) => {
    expect(refusalOf(text).message).toContain('llamactl.yaml: ');
    expect(Object.prototype).not.toHaveProperty('a');
  });
});
