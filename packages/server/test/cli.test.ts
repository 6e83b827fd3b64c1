import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  freePort,
  isAlive,
  makeFakeCommand,
  makeTinyGguf,
  occupyPort,
  spawnProgram,
  type TempDir,
  tempDir,
  waitFor,
} from '@llamactl/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildProgram } from './support/build-program.js';
import { succeed } from './support/call.js';

let cli: string;
let dir: TempDir;

beforeAll(async () => {
  cli = await buildProgram(new URL('../src/cli.ts', import.meta.url));
});
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

function run(args: readonly string[], env: Record<string, string> = {}) {
  const home = { HOME: dir.path, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined };
  return spawnProgram(process.execPath, [cli, ...args], {
    cwd: dir.path,
    env: { ...home, ...env },
  });
}

async function start(args: readonly string[] = [], env: Record<string, string> = {}) {
  const program = await run(['--port', '0', ...args], env);
  const [, url = ''] = await program.waitForLine(/^listening on (.*)$/, { timeoutMs: 30_000 });
  return { program, url, [Symbol.asyncDispose]: () => program.killTree() };
}

async function outcomeOf(args: readonly string[], env?: Record<string, string>) {
  await using program = await run(args, env);
  const { code } = await program.exit;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

describe('llamactl-server', () => {
  it('prints its help and its version', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../package.json', import.meta.url), 'utf8'),
    );
    expect(await outcomeOf(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await outcomeOf(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const flag of ['host', 'port', 'data-dir', 'config', 'log-level', 'version', 'help']) {
      expect(help.stdout).toContain(`--${flag}`);
    }
  });

  it.each([
    [['--prot', '1'], 'Did you mean --port?'],
    [['--port', '70000'], '--port must be a whole number from 0 to 65535'],
    [['--port', '8e3'], '--port must be'],
    [['--port'], '--port needs a value'],
    [['--host', '--port', '1'], '--host needs a value'],
    [['--help=1'], '--help takes no value'],
    [['--log-level', 'loud'], 'debug, info, warn, error, silent'],
    [['serve'], 'Unexpected argument: serve'],
    [['-x'], 'Unknown option: -x'],
  ])('refuses %j with code 2', async (args, message) => {
    const { code, stdout, stderr } = await outcomeOf(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('says one line on stdout, keeps its data where it should, and ends with 0 on SIGTERM', async () => {
    await using server = await start();
    expect(server.url).toMatch(/^http:\/\/localhost:\d+$/);
    await succeed(server.url, 'getReady');
    const data = join(dir.path, '.local/share/llamactl');
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    expect((await stat(join(data, 'llamactl.db'))).mode & 0o777).toBe(0o600);
    expect(await server.program.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(server.program.stdout).toBe(`listening on ${server.url}\n`);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('stops its instances on %s', async (signal) => {
    const model = join(dir.path, 'model.gguf');
    await makeTinyGguf(model);
    const command = await makeFakeCommand('ready', { dir: dir.path });
    await using server = await start([], { LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: command });
    await succeed(server.url, 'createInstance', {
      body: { name: 'a', model_path: model, port: await freePort() },
    });
    await succeed(server.url, 'startInstance', { name: 'a' });
    const { pid } = await waitFor(
      async () => {
        const instance = await succeed(server.url, 'getInstance', { name: 'a' });
        return instance.status === 'running' ? instance : undefined;
      },
      { timeoutMs: 20_000 },
    );
    expect(isAlive(Number(pid))).toBe(true);
    expect((await server.program.kill(signal)).code).toBe(0);
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('is hurried by a second signal', async () => {
    const model = join(dir.path, 'model.gguf');
    await makeTinyGguf(model);
    const command = await makeFakeCommand('ignores-sigterm', { dir: dir.path });
    await using server = await start([], { LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: command });
    await succeed(server.url, 'createInstance', {
      body: { name: 'a', model_path: model, port: await freePort() },
    });
    await succeed(server.url, 'startInstance', { name: 'a' });
    await waitFor(async () => {
      const { status } = await succeed(server.url, 'getInstance', { name: 'a' });
      return status === 'running';
    });
    const begun = performance.now();
    server.program.child.kill('SIGTERM');
    await server.program.waitForLine(/another signal hurries/);
    expect((await server.program.kill('SIGTERM')).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  it('follows flags over variables over the file', async () => {
    await mkdir(join(dir.path, '.config/llamactl'), { recursive: true });
    await writeFile(
      join(dir.path, '.config/llamactl/llamactl.yaml'),
      `server: { port: 1, host: 192.0.2.1, base_path: \${BASE:-/x} }\ndata_dir: ${dir.path}/own`,
    );
    const env = { LLAMACTL_SERVER__HOST: '127.0.0.1', BASE: '/base', LLAMACTL_SEVER__HOST: '1' };
    await using server = await start([], env);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/base$/);
    await succeed(server.url, 'getReady');
    expect((await stat(join(dir.path, 'own'))).isDirectory()).toBe(true);
    expect(server.program.stderr).toContain('LLAMACTL_SERVER__HOST');
  });

  it.each([
    ['server: { prot: 1 }', 'did you mean port?'],
    ['server: { port: 0', 'at line 1, column 18. Correct'],
    ['server: { host: 0.0.0.0, port: 0 }', 'auth.allow_insecure'],
    ['{ server: { port: 0 }, instances: { host: 0.0.0.0 } }', 'auth.allow_insecure'],
    ['{ server: { port: 0 }, data_dir: /dev/null/x }', '/dev/null/x'],
    ['{ server: { port: 0 }, data_dir: /proc/x/y }', '/proc/x/y'],
  ])('explains why it does not start with %j, and ends with 1', async (text, message) => {
    const config = join(dir.path, 'c.yaml');
    await writeFile(config, text);
    const { code, stdout, stderr } = await outcomeOf(['--config', config]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('ends with 1 when the port is taken, or the data folder', async () => {
    await using other = await occupyPort();
    const taken = await outcomeOf(['--host', '127.0.0.1', '--port', String(other.port)]);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain(`Port ${other.port}`);
    await using server = await start(['--data-dir', join(dir.path, 'd')]);
    const second = await outcomeOf(['--port', '0', '--data-dir', join(dir.path, 'd')]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(String(server.program.pid));
  });

  it.runIf(process.platform === 'linux')('goes on when it has no file handle left', async () => {
    const script = `ulimit -n 256; exec "${process.execPath}" "${cli}" --port 0`;
    await using program = await spawnProgram('/bin/sh', ['-c', script], {
      cwd: dir.path,
      env: { HOME: dir.path },
    });
    const [, port] = await program.waitForLine(/^listening on .*:(\d+)$/, { timeoutMs: 30_000 });
    const sockets = Array.from({ length: 400 }, () => connect(Number(port), '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => {});
    // Those that it has no handle for are cut off.
    await Promise.any(sockets.map((socket) => once(socket, 'close')));
    for (const socket of sockets) socket.destroy();
    await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok);
    expect((await program.kill()).code).toBe(0);
  });

  it('goes on when nobody reads its log any more', async () => {
    await using server = await start(['--log-level', 'debug']);
    for (const output of [server.program.child.stdout, server.program.child.stderr]) {
      output?.destroy();
    }
    for (let round = 0; round < 20; round++) await succeed(server.url, 'getHealth');
    expect(await server.program.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('says nothing when silent, and every request at debug', async () => {
    await using quiet = await start(['--log-level', 'silent']);
    await succeed(quiet.url, 'getHealth');
    await quiet.program.kill();
    expect(quiet.program.stderr).toBe('');
    await using talkative = await start(['--log-level', 'debug']);
    await succeed(talkative.url, 'getHealth');
    await talkative.program.waitForLine(/debug request .*path=\/health status=200/);
  });
});
