import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OptionValue } from '@llamactl/contract';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import type { BackendConnection } from '../src/index.js';
import { deadlineMs, type Lab, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };
const options: Record<string, OptionValue> = { threads: 1, context_size: 256, parallel: 1 };

/** Resolves with the status of a request for a generation. */
async function generate({ host, port }: BackendConnection, key?: string): Promise<number> {
  const { status } = await fetch(`http://${host}:${port}/completion`, {
    method: 'POST',
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    body: JSON.stringify({ prompt: 'a', n_predict: 1 }),
  });
  return status;
}

/** Everything that anybody could see of an instance, as text. */
async function outputsOf({ llamactl }: Lab, dataDir: string, events: unknown[]) {
  const commandLines = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => readOrNothing(`/proc/${pid}/cmdline`));
  return [
    JSON.stringify([llamactl.list(), llamactl.get('a'), await llamactl.health('a'), events]),
    JSON.stringify(await llamactl.logs('a', { lines: 10_000 })),
    await readFile(join(dataDir, 'logs', 'a.log'), 'utf8'),
    ...commandLines,
    ...filesOf(dataDir)
      .filter((file) => (statSync(file).mode & 0o077) !== 0)
      .map(readOrNothing),
  ];
}

function filesOf(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

test('A22, S16: an instance asks for the key of its run, which is to be seen nowhere', async () => {
  await using home = await tempDir();
  const dataDir = join(home.path, 'data');
  await using lab = await openLab({ backend: 'real', backendAuth: 'run_key', dataDir });
  const { llamactl } = lab;
  const events: unknown[] = [];
  llamactl.feed.subscribe((event) => events.push(event));
  await lab.run('a', 'running', { options });
  const connection = llamactl.connection('a');
  const key = String(connection.key);
  expect(key).toMatch(/^llr_[\w-]{43}$/);
  expect(await generate(connection)).toBe(401);
  expect(await generate(connection, 'wrong')).toBe(401);
  expect(await generate(connection, key)).toBe(200);
  // What we ask ourselves needs no key of anybody.
  expect(await llamactl.health('a')).toMatchObject({ status: 'healthy' });
  await llamactl.stop('a');
  await llamactl.waitForStatus('a', 'stopped', within);
  for (const output of await outputsOf(lab, dataDir, events)) expect(output).not.toContain(key);

  // Each run has a key of its own.
  await llamactl.start('a');
  await llamactl.waitForStatus('a', 'running', within);
  expect(llamactl.connection('a').key).not.toBe(key);
  for (const output of await outputsOf(lab, dataDir, events)) {
    expect(output).not.toContain(llamactl.connection('a').key);
  }
});

test('S16: a key of the instance’s own works as well, and is shown as little', async () => {
  await using home = await tempDir();
  const dataDir = join(home.path, 'data');
  await using lab = await openLab({ backend: 'real', backendAuth: 'run_key', dataDir });
  await lab.run('a', 'running', { options: { ...options, api_key: 'my-own-key' } });
  const connection = lab.llamactl.connection('a');
  expect(connection.key).not.toBe('my-own-key');
  for (const key of [String(connection.key), 'my-own-key']) {
    expect(await generate(connection, key)).toBe(200);
  }
  expect(await generate(connection)).toBe(401);
  const [shown, ...rest] = await outputsOf(lab, dataDir, []);
  expect(shown).toContain('"api_key":"********"');
  for (const output of [shown, ...rest]) expect(output).not.toContain(connection.key);
});

test('by default an instance asks for nothing, or for the key that it defines', async () => {
  await using lab = await openLab({ backend: 'real' });
  await lab.run('open', 'running', { options });
  const open = lab.llamactl.connection('open');
  expect(open.key).toBeNull();
  expect(await generate(open)).toBe(200);
  await lab.run('own', 'running', { options: { ...options, api_key: 'my-own-key' } });
  const own = lab.llamactl.connection('own');
  expect(own.key).toBe('my-own-key');
  expect(await generate(own)).toBe(401);
});

test('a backend that cannot ask for a key is not started without one', async () => {
  await using dir = await tempDir();
  const command = join(dir.path, 'server');
  const help = ['--host HOST', '--port PORT', '--model FNAME'].join('    text\n');
  await writeFile(command, `#!/bin/sh\necho '${help}    text'\n`, { mode: 0o755 });
  await using lab = await openLab({ command, backendAuth: 'run_key' });
  await lab.create('a');
  await expect(lab.llamactl.start('a')).rejects.toMatchObject({
    code: 'BACKEND_NOT_FOUND',
    message: expect.stringContaining('"llama-cpp" cannot ask for a key'),
    details: expect.stringContaining('instances.backend_auth'),
  });
  expect(lab.llamactl.get('a').status).toBe('failed');
  expect(() => lab.llamactl.connection('a')).toThrow(/is not running/);
  expect(() => lab.llamactl.connection('nobody')).toThrow(/There is no instance/);
});
