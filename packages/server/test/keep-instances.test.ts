import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findLlamaServer,
  freePort,
  isAlive,
  makeFakeCommand,
  makeTinyGguf,
  spawnProgram,
  type TempDir,
  tempDir,
  waitFor,
} from '@llamactl/testkit';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildProgram } from './support/build-program.js';
import { succeed } from './support/call.js';
import { processesOf, runOwnProgram } from './support/own-program.js';

const within = { timeoutMs: 60_000 };

let cli: string;
let dir: TempDir;
beforeAll(async () => {
  cli = await buildProgram(new URL('../src/cli.ts', import.meta.url));
});
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  for (const pid of processesOf(dir.path)) process.kill(pid, 'SIGKILL');
  await dir.remove();
});

async function start(command: string, settings: Record<string, string> = {}, port = 0) {
  const program = await runOwnProgram({ cli, home: dir.path, command, settings, port });
  const [, url = ''] = await program.waitForLine(/^listening on (.*)$/, within);
  return { program, url };
}

async function runInstances(url: string, model_path: string, count: number): Promise<number[]> {
  for (let index = 0; index < count; index++) {
    const name = `a${index}`;
    const body = { name, model_path, port: await freePort(), options: { threads: 1 } };
    await succeed(url, 'createInstance', { body });
    await succeed(url, 'startInstance', { name });
  }
  await waitFor(async () => (await pidsOf(url)).length === count, within);
  return pidsOf(url);
}

/** The pids of those that run. */
async function pidsOf(url: string): Promise<number[]> {
  const { instances } = await succeed(url, 'listInstances');
  return instances.flatMap(({ status, pid }) => (status === 'running' && pid ? pid : []));
}

const keep = { LLAMACTL_INSTANCES__ON_SHUTDOWN: 'keep' };

test('B8: with keep, a server with 20 instances ends and leaves all of them serving, whatever hurries it', {
  timeout: 180_000,
}, async () => {
  const model = await makeTinyGguf(join(dir.path, 'model.gguf'));
  const { path: command } = await findLlamaServer();
  const first = await start(command, keep);
  const pids = await runInstances(first.url, model, 20);
  const begunAt = performance.now();
  first.program.child.kill('SIGTERM');
  first.program.child.kill('SIGTERM');
  expect(await first.program.exit).toEqual({ code: 0, signal: null });
  // Two seconds are promised.
  expect(performance.now() - begunAt).toBeLessThan(20_000);
  expect(pids.filter((pid) => !isAlive(pid))).toEqual([]);

  const second = await start(command, { LLAMACTL_INSTANCES__STOP_TIMEOUT: '5' });
  expect(await pidsOf(second.url)).toEqual(pids);
  second.program.child.kill('SIGTERM');
  expect(await second.program.exit).toEqual({ code: 0, signal: null });
  expect(processesOf(dir.path)).toEqual([]);
});

test('B8: with stop, a second signal hurries what does not want to end', async () => {
  const model = await makeTinyGguf(join(dir.path, 'model.gguf'));
  const command = await makeFakeCommand('ignores-sigterm', { dir: dir.path });
  const { program, url } = await start(command, { LLAMACTL_INSTANCES__STOP_TIMEOUT: '600' });
  await runInstances(url, model, 2);
  program.child.kill('SIGTERM');
  await program.waitForLine(/another signal hurries/, within);
  program.child.kill('SIGTERM');
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(processesOf(dir.path)).toEqual([]);
});

test('B9, B10: a second server on the folder or on the port ends, says why, and touches no instance', async () => {
  const model = await makeTinyGguf(join(dir.path, 'model.gguf'));
  const command = await makeFakeCommand('ready', { dir: dir.path });
  const first = await start(command);
  const pids = await runInstances(first.url, model, 2);
  const tell = join(dir.path, 'tell.cjs');
  await writeFile(
    tell,
    `process.on('exit', () => console.log(Object.keys(require('node:module')._cache).join()))`,
  );
  const attempt = async (args: readonly string[]) => {
    const program = await spawnProgram(process.execPath, ['--require', tell, cli, ...args], {
      env: { HOME: dir.path, LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: command },
    });
    const { code } = await program.exit;
    return { code, said: program.stderr, loaded: program.stdout };
  };
  const sameFolder = await attempt(['--port', '0', '--data-dir', join(dir.path, 'data')]);
  expect(sameFolder.code).toBe(1);
  expect(sameFolder.said).toContain(`in use by the process with the pid ${first.program.pid}`);
  // One second is promised, most of which would be to load what serves.
  expect(sameFolder.loaded).toContain('/yaml/');
  expect(sameFolder.loaded).not.toContain('/koa/');
  const port = new URL(first.url).port;
  const samePort = await attempt(['--port', port, '--data-dir', join(dir.path, 'other')]);
  expect(samePort.code).toBe(1);
  expect(samePort.said).toContain(port);
  expect(samePort.loaded).not.toContain('/koa/');
  expect(await pidsOf(first.url)).toEqual(pids);
  first.program.child.kill('SIGTERM');
  await first.program.exit;
});
