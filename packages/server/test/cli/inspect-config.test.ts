import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnProgram, type TempDir, tempDir } from '@llamactl/testkit';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load-config.js';
import { buildProgram } from '../support/build-program.js';
import { succeed } from '../support/call.js';

let cli: string;
let dir: TempDir;

beforeAll(async () => {
  cli = await buildProgram(new URL('../../src/cli.ts', import.meta.url));
});
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const home = { HOME: dir.path, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined };
  await using program = await spawnProgram(process.execPath, [cli, ...args], {
    cwd: dir.path,
    env: { ...home, ...env },
  });
  const { code } = await program.exit;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

async function write(text: string): Promise<string> {
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, text);
  return file;
}

test('--check-config says in a line that a configuration is good, and makes nothing', async () => {
  expect(await run(['--check-config'])).toEqual({
    code: 0,
    stdout: 'The configuration is good (there is no file).\n',
    stderr: '',
  });
  const file = await write('logs: { max_files: 3 }\n');
  const { code, stdout, stderr } = await run(['--check-config'], { LLAMACTL_LOGZ__X: '1' });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `The configuration is good (${file}).\n` });
  expect(stderr).toBe('');
  expect(await readdir(dir.path)).toEqual(['llamactl.yaml']);
});

test('--check-config names everything that is wrong, a line each, and ends with 1', async () => {
  const file = await write(
    '# ours\nserver:\n  prot: 1\nlogs: { max_files: 0 }\nmodels:\n  roots:\n    - ""\n',
  );
  const { code, stdout, stderr } = await run(['--check-config'], {
    LLAMACTL_METRICS__INTERVAL: 'often',
    LLAMACTL_SERVER__PROT: '1',
    LLAMACTL_SEVER__PORT: '1',
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trim().split('\n').sort()).toEqual([
    `${file}:3: server.prot is not a known setting; did you mean port?`,
    `${file}:4: logs.max_files must be a whole number from 1 to 100`,
    `${file}:7: models.roots.0 must be text of 1 to 4096 characters without NUL`,
    'LLAMACTL_METRICS__INTERVAL: metrics.interval must be a number from 0.1 to 3600',
    'LLAMACTL_SERVER__PROT is not a known setting; did you mean LLAMACTL_SERVER__PORT?',
    'LLAMACTL_SEVER__PORT is not a known setting and is ignored; did you mean LLAMACTL_SERVER__PORT?',
  ]);
});

test.each([
  ['server: { host: 192.0.2.1 }\nauth: { allow_insecure: true }', 'server.host', 'of this machine'],
  ['server: { host: 0.0.0.0 }', 'server.host', 'auth.allow_insecure'],
  ['instances: { host: 0.0.0.0 }', 'instances.host', 'auth.allow_insecure'],
  ['data_dir: /dev/null/x', 'data_dir', 'cannot be used'],
])('--check-config knows what a start would be refused for: %s', async (text, path, why) => {
  const file = await write(text);
  const { code, stdout, stderr } = await run(['--check-config']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^${file}: ${path.replace('.', '\\.')} .*${why}`));
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('--check-config of a file that is not there ends with 1', async () => {
  const { code, stderr } = await run(['--check-config', '--config', 'nowhere.yaml']);
  expect(code).toBe(1);
  expect(stderr).toContain(`${join(dir.path, 'nowhere.yaml')} cannot be read`);
});

test('--print-config prints what counts and where it comes from, without secrets', async () => {
  const file = await write(
    `server: { base_path: /llm }\nbackends: { llama-cpp: { args: [--api-key, "\${KEY}"], env: { X_TOKEN: geheim } } }\n`,
  );
  const env = {
    KEY: 'sesame',
    LLAMACTL_LOGS: '{ max_files: 3 }',
    LLAMACTL_ALERTS__DISK_PERCENT: '90',
  };
  const { code, stdout, stderr } = await run(['--print-config', '--port', '8090'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')[0]).toBe(`# File: ${file}`);
  for (const line of [
    '  port: 8090 # --port',
    '  base_path: /llm # file',
    '  host: localhost # default',
    '  port_range: [ 8081, 9080 ] # default',
    '  max_files: 3 # LLAMACTL_LOGS',
    '  disk_percent: 90 # LLAMACTL_ALERTS__DISK_PERCENT',
    '    args: [ --api-key, "********" ] # file',
    '      X_TOKEN: "********" # file',
    `data_dir: ${dir.path}/.local/share/llamactl # default`,
  ]) {
    expect(stdout.split('\n')).toContain(line);
  }
  expect(stdout).not.toMatch(/sesame|geheim/);
  // What is printed is a configuration.
  expect(loadConfig({ file: { path: 'printed', text: stdout } }).config).toEqual(parse(stdout));
  const wrong = await run(['--print-config', '--config', await write('logs: 1')]);
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toBe(`${file}:1: logs must be an object\n`);
});

test('a configuration that comes as a stream is read once, shown, and cannot be changed', async () => {
  const script = `exec "${process.execPath}" "${cli}" --port 0 --config <(echo 'logs: { max_files: 3 }')`;
  await using program = await spawnProgram('bash', ['-c', script], {
    cwd: dir.path,
    env: { HOME: dir.path },
  });
  const [, url = ''] = await program.waitForLine(/^listening on (.*)$/, { timeoutMs: 30_000 });
  const config = await succeed(url, 'getConfig');
  expect(config.logs.max_files).toBe(3);
  const response = await fetch(`${url}/api/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ logs: { max_files: 4 } }),
  });
  expect(await response.json()).toMatchObject({
    code: 'STORAGE_ERROR',
    error: expect.stringContaining('cannot be written: it is no file'),
  });
});
