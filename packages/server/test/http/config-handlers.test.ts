import { readFile } from 'node:fs/promises';
import { type ConfigInput, configFileSchema } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { fail, succeed } from '../support/call.js';
import { startFileServer } from '../support/file-server.js';
import { openSocket } from '../support/open-socket.js';

/** A file with everything that people put into one. */
const rich = `# Our machine.
server: &server { host: "\${HOST:-localhost}",   allowed_hosts: [a.example, 'b.example'] }   # ours


rate_limit:
    regular: &many 200 # enough
    intensive: 20      # for
    # enabled: false
instances: {
  port_range: [ \${FIRST:-8081}, 9000 ], # a few
  startup_timeout: *many,
}
backends:
  llama-cpp:
    args: [--api-key, "\${MODEL_KEY}", '--threads', "4"]
    env:
      HF_TOKEN: hf_abcdefghijklmnopqrstuvwxyz
      HTTPS_PROXY: http://me:geheim@proxy.example:3128/
      CUDA_VISIBLE_DEVICES: "0"
logs:
    # The last words of every instance.
    max_files: 7
"metrics": {"interval": 5}
# The end.
`;
const environment = { MODEL_KEY: 'sesame', LLAMACTL_METRICS__INTERVAL: '3' };

test('GET shows the file, what goes over it and the defaults', async () => {
  await using at = await startFileServer(rich, { environment });
  const config = await succeed(at.url, 'getConfig');
  expect(config).toMatchObject({
    server: { host: 'localhost', port: 0, base_path: '/' },
    data_dir: at.dataDir,
    rate_limit: { enabled: true, regular: 200, intensive: 20 },
    instances: { port_range: [8081, 9000], startup_timeout: 200, stop_timeout: 30 },
    logs: { max_files: 7, max_file_size: 20_971_520 },
    metrics: { interval: 3 },
  });
});

test('S22: secrets are masked, and the mask as a value keeps them', async () => {
  await using at = await startFileServer(rich, { environment });
  const config = await succeed(at.url, 'getConfig');
  expect(config.backends['llama-cpp']).toMatchObject({
    args: ['--api-key', '********', '--threads', '4'],
    env: { HF_TOKEN: '********', HTTPS_PROXY: '********', CUDA_VISIBLE_DEVICES: '0' },
  });
  const answer = await succeed(at.url, 'updateConfig', {
    body: { backends: { 'llama-cpp': { env: { HF_TOKEN: '********' } } } },
  });
  expect(answer).toMatchObject({ changed: [], restart_required: false });
  const { body, ...rest } = await fail(at.url, 'updateConfig', 'CONFIG_FILE_ONLY', {
    body: { backends: { 'llama-cpp': { env: { HF_TOKEN: 'x' } } } },
  }).then((refusal) => ({ body: JSON.stringify(refusal), ...refusal }));
  expect(rest.issues).toEqual([
    expect.objectContaining({ path: 'backends.llama-cpp.env.HF_TOKEN' }),
  ]);
  for (const text of [JSON.stringify(config), JSON.stringify(answer), body]) {
    expect(text).not.toMatch(/hf_abc|sesame|geheim/);
  }
  expect(await at.text()).toBe(rich);
});

test('PUT changes the values and nothing else of the file', async () => {
  await using at = await startFileServer(rich, { environment });
  const before = at.server.url;
  const answer = await succeed(at.url, 'updateConfig', {
    body: {
      rate_limit: { regular: 300, enabled: false },
      instances: { port_range: [8081, 9050] },
      logs: { max_files: 9, max_file_size: 70_000 },
      alerts: { disk_percent: 80 },
    },
  });
  expect(answer).toMatchObject({
    message: 'Configuration updated successfully',
    changed: [
      'rate_limit.regular',
      'rate_limit.enabled',
      'instances.port_range',
      'logs.max_files',
      'logs.max_file_size',
      'alerts.disk_percent',
    ],
    overridden: [],
    restart_required: true,
    config: { rate_limit: { regular: 300 }, instances: { startup_timeout: 200 } },
  });
  expect(answer.config).toEqual(await succeed(at.url, 'getConfig'));
  expect(await at.text()).toBe(
    rich
      .replace('&many 200 # enough', '&many 300 # enough')
      .replace('*many', '200')
      .replace(/intensive: 20 .*\n/, '$&    enabled: false\n')
      .replace('9000 ]', '9050 ]')
      .replace('max_files: 7\n', 'max_files: 9\n    max_file_size: 70000\n')
      .concat('alerts:\n    disk_percent: 80\n'),
  );
  expect(at.server.url).toBe(before);
  await at.restart();
  expect(await succeed(at.url, 'getConfig')).toEqual(answer.config);
  const { restart_required } = await succeed(at.url, 'updateConfig', { body: {} });
  expect(restart_required).toBe(false);
});

test.each([
  ['no file', null],
  ['an empty file', ''],
  ['comments', '# nothing\n\n# at all'],
  ['empty sections', 'server:\nlogs:\n  # max_files: 1\nbackends:\n  llama-cpp:\n'],
  ['secrets, references, anchors', rich],
  ['JSON', '{"logs": {"max_files": 3}, "server": {"allowed_hosts": []}}'],
  ['its own defaults', `${JSON.stringify(configFileSchema.parse({}))}\n`],
  ['a data folder', `data_dir: \${HOME}/./own\nmodels: { roots: [/a, /b] }\n`],
])('PUT of what GET shows changes nothing: %s', async (_what, text) => {
  await using at = await startFileServer(text, { environment });
  const config = await succeed(at.url, 'getConfig');
  const answer = await succeed(at.url, 'updateConfig', { body: config });
  expect(answer).toEqual({
    message: 'Configuration updated successfully',
    config,
    changed: [],
    overridden: [],
    restart_required: false,
  });
  expect(await readFile(at.file, 'utf8').catch(() => null)).toBe(text);
  // A whole answer with one value changed is how dashboards save.
  const one = await succeed(at.url, 'updateConfig', {
    body: { ...config, logs: { ...config.logs, max_files: 42 } },
  });
  expect(one).toMatchObject({ changed: ['logs.max_files'], restart_required: true });
});

test.each([
  [{ server: { port: 1 } }, ['server.port']],
  [{ server: { allowed_hosts: [], base_path: '/x' } }, ['server.base_path']],
  [{ data_dir: '/elsewhere' }, ['data_dir']],
  [{ auth: { enabled: true, allow_insecure: true } }, ['auth.enabled', 'auth.allow_insecure']],
  [{ models: { roots: ['/'] } }, ['models.roots']],
  [{ instances: { backend_auth: 'none', stop_timeout: 1 } }, ['instances.backend_auth']],
  [{ backends: { 'llama-cpp': { command: '/bin/sh' } } }, ['backends.llama-cpp.command']],
  [
    { backends: { 'llama-cpp': { env: { LD_PRELOAD: 'x' } } } },
    ['backends.llama-cpp.env.LD_PRELOAD'],
  ],
  [{ backends: { 'llama-cpp': { args: ['--threads'] } } }, ['backends.llama-cpp.args']],
] satisfies [ConfigInput, string[]][])('PUT %j is for the file alone', async (body, paths) => {
  await using at = await startFileServer('logs: { max_files: 3 }\n');
  const refusal = await fail(at.url, 'updateConfig', 'CONFIG_FILE_ONLY', {
    body: { ...body, logs: { max_files: 4 } },
  });
  expect(refusal.issues?.map(({ path }) => path)).toEqual(paths);
  expect(refusal.error).toContain(paths[0]);
  expect(await at.text()).toBe('logs: { max_files: 3 }\n');
});

test.each([
  [{ logs: { max_files: 0 } }, ['logs.max_files']],
  [{ logs: { max_file: 1 }, metrics: { interval: 'x' } }, ['logs.max_file', 'metrics.interval']],
  [{ logz: {} }, ['logz']],
  [{ instances: { port_range: [2, 1] } }, ['instances.port_range']],
  [{ instances: { port_range: [1] } }, ['instances.port_range']],
  [{ instances: { hang_timeout: 0.001 } }, ['instances.hang_timeout']],
  [{ instances: { host: '0.0.0.0' } }, ['instances.host']],
  [{ instances: { host: 'x.invalid' } }, ['instances.host']],
  [{ instances: { host: `\${HOME}` } }, ['instances.host']],
  [{ instances: { host: 'a\uE0000\uE001' } }, ['instances.host']],
  [{ instances: { host: '********' } }, ['instances.host']],
])('B17: PUT %j is refused, and the file stays', async (body, paths) => {
  await using at = await startFileServer(`logs: { max_files: \${N:-3} }\n`);
  const refusal = await fail(at.url, 'updateConfig', 'VALIDATION_FAILED', { body });
  expect(refusal.issues?.map(({ path }) => path).sort()).toEqual(paths);
  expect(await at.text()).toBe(`logs: { max_files: \${N:-3} }\n`);
});

test('tells what environment and command line override', async () => {
  await using at = await startFileServer('logs: { max_files: 3 }\nmetrics: { interval: 1 }\n', {
    environment: { LLAMACTL_METRICS__INTERVAL: '3', LLAMACTL_LOGS: '{ max_file_size: 80000 }' },
  });
  const answer = await succeed(at.url, 'updateConfig', {
    body: { metrics: { interval: 7 }, logs: { max_file_size: 90_000, max_files: 4 } },
  });
  expect(answer).toMatchObject({
    changed: ['metrics.interval', 'logs.max_file_size', 'logs.max_files'],
    overridden: [
      { path: 'metrics.interval', by: 'environment' },
      { path: 'logs.max_file_size', by: 'environment' },
    ],
    config: { metrics: { interval: 3 }, logs: { max_file_size: 80_000, max_files: 4 } },
  });
  // What the file says already, and what counts already, are no changes.
  const again = await succeed(at.url, 'updateConfig', { body: { metrics: { interval: 7 } } });
  expect(again).toMatchObject({
    changed: [],
    overridden: [{ path: 'metrics.interval', by: 'environment' }],
  });
  const same = await succeed(at.url, 'updateConfig', { body: { metrics: { interval: 3 } } });
  expect(same).toMatchObject({ changed: [], overridden: [] });
});

test('a change is told on the socket in its place among the events, and replayed', async () => {
  await using at = await startFileServer('logs: { max_files: 3 }\n');
  using socket = await openSocket(at.url);
  const hello = await socket.first('hello');
  await succeed(at.url, 'updateConfig', { body: {} });
  await fail(at.url, 'updateConfig', 'VALIDATION_FAILED', { body: { logs: { max_files: 0 } } });
  await succeed(at.url, 'updateConfig', { body: { logs: { max_files: 4 } } });
  const told = await socket.first('config_changed');
  expect(told).toMatchObject({
    epoch: hello.epoch,
    seq: hello.seq + 1,
    data: { changed: ['logs.max_files'], restart_required: true },
  });
  using later = await openSocket(at.url, {
    query: `?since=${hello.epoch}:${hello.seq}&types=config_changed`,
  });
  expect(await later.first('config_changed')).toEqual(told);
});
