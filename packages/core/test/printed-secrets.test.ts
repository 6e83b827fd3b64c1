import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findLlamaServer, freePort, makeTinyGguf, type TempDir, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createLlamactl, type Llamactl, llamaCpp } from '../src/index.js';
import { keptHome } from './kept-home.js';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };
const options = {
  threads: 1,
  context_size: 256,
  parallel: 1,
  api_key: 'first-own-key,second-own-key',
};
const token = 'a-token-of-the-settings';
const password = 'a-password-of-the-instance';
const secrets = ['first-own-key', 'second-own-key', token, password];

/** A backend that prints its environment before it becomes a server. */
async function printingServer(dir: string): Promise<string> {
  const command = join(dir, 'printing-server');
  const { path } = await findLlamaServer();
  // In one line too, as a crash report may have it.
  const script = `#!/bin/sh\nenv >&2\necho all: $(env) >&2\necho keys: $LLAMA_API_KEY >&2\nexec ${path} "$@"\n`;
  await writeFile(command, script, { mode: 0o755 });
  return command;
}

async function open(
  home: TempDir,
  env: Record<string, string>,
): Promise<Llamactl & AsyncDisposable> {
  const command = await printingServer(home.path);
  const llamactl = await createLlamactl({
    backends: { 'llama-cpp': llamaCpp({ command, env, allowEnv: ['DB_PASSWORD'] }) },
    backendAuth: 'run_key',
    dataDir: join(home.path, 'data'),
  });
  return Object.assign(llamactl, { [Symbol.asyncDispose]: () => llamactl.dispose() });
}

async function create(llamactl: Llamactl, dir: string): Promise<void> {
  const model_path = join(dir, 'model.gguf');
  await makeTinyGguf(model_path);
  const env = { DB_PASSWORD: password };
  await llamactl.create({ name: 'a', model_path, port: await freePort(), options, env });
}

function filesIn(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

const textOf = (entries: readonly { message: string }[]) =>
  entries.map(({ message }) => message).join('\n');

test('A22: what a backend prints of its secrets is shown to nobody, also not by a later manager', async () => {
  await using home = await tempDir();
  let key = '';
  const check = (text: string) => {
    expect(text).toContain('LLAMA_API_KEY=********');
    for (const secret of [...secrets, key]) expect(text).not.toContain(secret);
  };
  {
    await using llamactl = await open(home, { HF_TOKEN: token });
    await create(llamactl, home.path);
    const ending = new AbortController();
    const followed: { message: string }[] = [];
    const following = (async () => {
      for await (const entry of llamactl.followLogs('a', { signal: ending.signal }))
        followed.push(entry);
    })().catch(() => undefined);
    await llamactl.start('a');
    await llamactl.waitForStatus('a', 'running', within);
    key = String(llamactl.connection('a').key);
    const log = await llamactl.logs('a', { lines: 10_000 });
    check(textOf(log));
    // What is no secret is shown as it is.
    expect(textOf(log)).toMatch(/^HOME=\/.*$/m);
    await llamactl.stop('a');
    await llamactl.waitForStatus('a', 'stopped', within);
    ending.abort();
    await following;
    check(textOf(followed));
  }
  // The file is the backend's own, and for the owner alone.
  const files = filesIn(join(home.path, 'data')).filter((file) =>
    readFileSync(file, 'utf8').includes(key),
  );
  expect(files).toEqual([join(home.path, 'data', 'logs', 'a.log')]);
  expect(statSync(String(files[0])).mode & 0o077).toBe(0);
  // Its settings are others by now.
  await using later = await open(home, {});
  check(textOf(await later.logs('a', { lines: 10_000 })));
});

test('A22: a run that is taken over hides what it was started with, whatever was changed since', async () => {
  await using home = await keptHome('real');
  await using dir = await tempDir();
  const command = await printingServer(dir.path);
  const settings = {
    backends: { 'llama-cpp': llamaCpp({ command }) },
    backendAuth: 'run_key',
  } as const;
  const first = await home.open(settings);
  await first.create({ name: 'a', model_path: home.model, port: await freePort(), options });
  await first.start('a');
  await first.waitForStatus('a', 'running', within);
  await first.update('a', { options: { api_key: 'third-own-key' } });
  await first.dispose();

  await using second = await home.open({ ...settings, onShutdown: 'stop' });
  expect(second.get('a').status).toBe('running');
  const text = textOf(await second.logs('a', { lines: 10_000 }));
  expect(text).toContain('keys: ********');
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('A22: a failure tells no secret that the backend printed', async () => {
  await using home = await tempDir();
  const command = join(home.path, 'server');
  const { path } = await findLlamaServer();
  const isHelp = 'case "$*" in *--help*|*--version*)';
  const script = `#!/bin/sh\n${isHelp} exec ${path} "$@";; esac\necho "error: $HF_TOKEN, $LLAMA_API_KEY" >&2\nexit 1\n`;
  await writeFile(command, script, { mode: 0o755 });
  const dataDir = join(home.path, 'data');
  const backends = { 'llama-cpp': llamaCpp({ command, env: { HF_TOKEN: token } }) };
  await using lab = await openLab({ backend: 'real', dataDir, backends, backendAuth: 'run_key' });
  const { last_exit } = await lab.run('a', 'failed', { options, restart_policy: 'never' });
  expect(last_exit?.log_tail.at(-1)).toBe('error: ********, ********,********');
  expect(last_exit?.reason).toContain('refused its arguments: ********, ********,********.');
  const past = readFileSync(join(dataDir, 'pasts', 'instance-a.json'), 'utf8');
  for (const text of [JSON.stringify(lab.llamactl.get('a')), past]) {
    for (const secret of [...secrets, 'llr_']) expect(text).not.toContain(secret);
  }
});

test('A22: neither does the answer of a program that is no server', async () => {
  await using home = await tempDir();
  const command = join(home.path, 'server');
  await writeFile(command, '#!/bin/sh\necho "token: $HF_TOKEN"\nexit 1\n', { mode: 0o755 });
  const backends = { 'llama-cpp': llamaCpp({ command, env: { HF_TOKEN: token } }) };
  await using lab = await openLab({ backends });
  await lab.create('a');
  await expect(lab.llamactl.start('a')).rejects.toMatchObject({
    code: 'BACKEND_NOT_FOUND',
    message: expect.stringContaining('it said: token: ********'),
  });
});
