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
          trusted_proxies: [],
          allowed_hosts: [],
          allowed_origins: [],
        },
        auth: { enabled: false, allow_insecure: false, token_ttl: 86_400 },
        rate_limit: { enabled: true, regular: 100, intensive: 10 },
        instances: {
          host: '127.0.0.1',
          port_range: [8081, 9080],
          startup_timeout: 600,
          stop_timeout: 30,
          health_interval: 30,
          hang_timeout: 600,
          max_running: 0,
          memory_budget: null,
          idle_timeout: 0,
          on_demand: true,
          groups: {},
          on_shutdown: 'stop',
          backend_auth: 'auto',
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
        alerts: { memory_percent: 95, disk_percent: 95 },
      },
    });
    expect(load('')).toEqual(loadConfig({}));
    expect(load('# nothing\n')).toEqual(loadConfig({}));
    expect(load('server: {}')).toEqual(loadConfig({}));
    // All of it commented out.
    expect(load('server:\nbackends:\n  llama-cpp:\n')).toEqual(loadConfig({}));
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
      LLAMACTL_INSTANCES__MEMORY_BUDGET: '48e9',
      LLAMACTL_MODELS__ROOTS: '/a, /b',
      LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: '/opt/llama server',
      LLAMACTL_BACKENDS__LLAMA_CPP__ARGS: '["--a", "b,c"]',
      LLAMACTL_BACKENDS__LLAMA_CPP__ENV__CUDA_VISIBLE_DEVICES: '0',
    });
    expect(config.data_dir).toBe('007');
    expect(config.auth.allow_insecure).toBe(true);
    expect(config.instances.port_range).toEqual([9000, 9010]);
    expect(config.metrics.interval).toBe(0.5);
    expect(config.instances.memory_budget).toBe(48_000_000_000);
    expect(config.models.roots).toEqual(['/a', '/b']);
    expect(config.backends['llama-cpp']).toMatchObject({
      command: '/opt/llama server',
      args: ['--a', 'b,c'],
      env: { CUDA_VISIBLE_DEVICES: '0' },
    });
  });

  it('takes a whole section out of the environment, and single settings over it', () => {
    const { config } = load('server: { base_path: /x, port: 3 }', {
      LLAMACTL_SERVER__PORT: '2',
      LLAMACTL_SERVER: '{ port: 1, host: 127.0.0.1 }',
    });
    expect(config.server).toMatchObject({ port: 2, host: '127.0.0.1', base_path: '/x' });
  });

  it('takes an empty variable for none', () => {
    const { config } = load('server: { port: 3, allowed_hosts: [a] }', {
      LLAMACTL_SERVER__PORT: '',
      LLAMACTL_SERVER__ALLOWED_HOSTS: '',
      LLAMACTL_MODELS: '',
    });
    expect(config.server).toMatchObject({ port: 3, allowed_hosts: ['a'] });
  });

  it('lets an app have its say between the file and the environment', () => {
    const { config } = loadConfig({
      file: { path: 'llamactl.yaml', text: 'logs: { max_files: 2, max_file_size: 70000 }' },
      app: { logs: { max_files: 3, max_file_size: 80_000 } },
      environment: { LLAMACTL_LOGS__MAX_FILES: '4' },
    });
    expect(config.logs).toEqual({ max_files: 4, max_file_size: 80_000 });
  });

  it('names everything that is wrong at once, each with where it is to be mended', () => {
    const text = `
server:
  prot: 1
  host: \${NOWHERE}
logs: { max_files: 0 }
metrics: { interval: 0 }`;
    const refusal = refusalOf(text, {
      LLAMACTL_SERVER__PORT: 'x',
      LLAMACTL_LOGS__MAX_FILE: '1',
      LLAMACTL_METRICS__INTERVAL: '9999',
    });
    const lines = refusal.message.replace(/\.$/, '').split('; ');
    expect(lines.sort()).toEqual([
      'LLAMACTL_LOGS__MAX_FILE is not a known setting',
      'LLAMACTL_METRICS__INTERVAL: metrics.interval must be a number from 0.1 to 3600',
      'LLAMACTL_SERVER__PORT: server.port must be a whole number from 0 to 65535',
      'did you mean LLAMACTL_LOGS__MAX_FILES?',
      'did you mean port?',
      'llamactl.yaml:3: server.prot is not a known setting',
      'llamactl.yaml:4: server.host needs the environment variable NOWHERE, which is not set',
      'llamactl.yaml:5: logs.max_files must be a whole number from 1 to 100',
    ]);
    expect(refusal.issues?.map(({ path }) => path)).toContain('server.host');
  });

  it('names every fault of YAML', () => {
    expect(refusalOf('a: 1\na: 2\nb: 1\nb: 2').issues).toHaveLength(2);
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
    ...[0.001, 9.9, -1, 86_401].map((seconds): [string, string, string] => [
      `instances: { hang_timeout: ${seconds} }`,
      'instances.hang_timeout',
      'must be 0 or a number from 10 to 86400',
    ]),
    [
      'instances: { health_interval: 0.1 }',
      'instances.health_interval',
      'must be a number from 1 to 3600',
    ],
    ['backends: { llamacpp: {} }', 'backends.llamacpp', expect.stringContaining('llama-cpp')],
    ['auth: { allow_insecure: yes please }', 'auth.allow_insecure', 'must be true or false'],
    ['data_dir: ""', 'data_dir', expect.stringContaining('text')],
  ])('says what is wrong with %s', (text, path, message) => {
    const refusal = refusalOf(text);
    expect(refusal.issues).toEqual([{ path, message }]);
    expect(refusal.message).toContain(`llamactl.yaml:1: ${path}`);
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
    expect(refusalOf(text).message).toMatch(/^llamactl\.yaml(:1)?: /);
    expect(Object.prototype).not.toHaveProperty('a');
  });
});
