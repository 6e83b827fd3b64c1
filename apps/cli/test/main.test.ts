import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeApi } from './fixtures/fake-api.js';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llamactl-cli-'));
  program = join(folder, 'main.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@llamactl/source'],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a shell line in which `$CLI` is the program. */
async function shell(line: string, env: Record<string, string>) {
  const cli = `'${process.execPath}' '${program}'`;
  const child = spawn('sh', ['-c', line.replaceAll('$CLI', cli)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise((resolve) => child.on('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await code };
}

describe('the program', () => {
  it('takes the environment, prints without colours into a pipe and ends by itself', async () => {
    await using api = await startFakeApi();
    const env = { LLAMACTL_URL: api.url, LLAMACTL_TOKEN: 'abc' };
    const { out, err, code } = await shell('$CLI show llama2-7b', env);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/^status +running$/m);
    expect(api.seen).toMatchObject([{ headers: { authorization: 'Bearer abc' } }]);
  });

  it('gives the exit code of a mistake', async () => {
    const { out, err, code } = await shell('$CLI strat', {});
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toContain('Did you mean start');
  });

  it('is quiet when the reader of its output has seen enough', async () => {
    const entry = { timestamp: '2024-01-15T14:30:00Z', level: 'info', message: 'x'.repeat(200) };
    const logs = Array.from({ length: 10_000 }, (_, index) => ({
      ...entry,
      level: 'info' as const,
      seq: index + 1,
    }));
    await using api = await startFakeApi({ getInstanceLogs: [{ logs }] });
    const env = { LLAMACTL_URL: api.url };
    const line = '{ $CLI logs x -n 10000; echo "exit code $?" >&2; } | head -n 1';
    const { out, err } = await shell(line, env);
    expect(out.split('\n')).toHaveLength(2);
    expect(err).toBe('exit code 0\n');
  });
});
