import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { tempDir } from '@llamactl/testkit';
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

/** Runs the program at a terminal of its own, and types an answer when it asks for the password. */
async function atTerminal(args: string, env: Record<string, string>, answer: string) {
  const line = `'${process.execPath}' '${program}' ${args}`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let hasTyped = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (hasTyped || !shown.includes('Password of admin')) return;
    hasTyped = true;
    child.stdin.write(answer);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { shown, code };
}

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

  it.runIf(process.platform === 'linux')(
    'S24: asks for a password at the terminal without showing it',
    async () => {
      await using api = await startFakeApi();
      await using home = await tempDir();
      const env = { LLAMACTL_URL: api.url, HOME: home.path, XDG_CONFIG_HOME: home.path };
      const { shown, code } = await atTerminal('login admin', env, 's3x\u007fcret\r');
      expect(code).toBe(0);
      expect(api.seen[0]?.body).toEqual({ username: 'admin', password: 's3cret' });
      expect(shown).toContain(`Logged in as admin at ${api.url}.`);
      expect(shown).not.toMatch(/s3|cret/);
    },
  );

  it.runIf(process.platform === 'linux')('ends with Ctrl-C at a question', async () => {
    const { code } = await atTerminal('login admin', { HOME: folder }, '\u0003');
    expect(code).toBe(130);
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
