import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  fakeBackendPath,
  findLlamaServer,
  llamaServerInstallHint,
  spawnProgram,
  tempDir,
} from '../../src/index.js';

const fake = fakeBackendPath('port-taken');
const systemPath = '/usr/bin:/bin';

async function writeProgram(dir: string, text: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'llama-server');
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

const broken = '#!/bin/sh\necho "GLIBC_9.99 not found" >&2\nexit 1\n';
const working = '#!/bin/sh\nexit 0\n';

describe('findLlamaServer', () => {
  it('takes what LLAMA_SERVER names', async () => {
    const env = { LLAMA_SERVER: fake, PATH: systemPath };
    expect(await findLlamaServer({ env })).toEqual({ path: fake, source: 'LLAMA_SERVER' });
  });

  it('says why what LLAMA_SERVER names does not run', async () => {
    await using dir = await tempDir();
    const path = await writeProgram(dir.path, broken);
    await expect(findLlamaServer({ env: { LLAMA_SERVER: path } })).rejects.toThrow(
      /LLAMA_SERVER is .*, which does not run: GLIBC_9.99 not found/,
    );
  });

  it('prefers PATH to the cache, and passes over one that does not run', async () => {
    await using dir = await tempDir();
    const bin = join(dir.path, 'bin');
    const cacheDir = join(dir.path, 'cache');
    const cached = await writeProgram(cacheDir, working);
    const path = await writeProgram(bin, working);
    const find = (log?: (line: string) => void) =>
      findLlamaServer({ env: { PATH: `${bin}:${systemPath}` }, cacheDir, ...(log && { log }) });
    expect(await find()).toEqual({ path, source: 'PATH' });
    await writeProgram(bin, broken);
    const lines: string[] = [];
    expect(await find((line) => lines.push(line))).toEqual({ path: cached, source: 'cache' });
    expect(lines).toEqual([`passed over ${path}, which does not run: GLIBC_9.99 not found`]);
  });

  it('says what to do when there is none', async () => {
    await using dir = await tempDir();
    const options = { env: { PATH: systemPath }, cacheDir: dir.path, install: false };
    await expect(findLlamaServer(options)).rejects.toThrow(llamaServerInstallHint());
  });

  it('finds or installs one that runs', async () => {
    const { path } = await findLlamaServer();
    await using program = await spawnProgram(path, ['--version']);
    expect(await program.exit).toEqual({ code: 0, signal: null });
  });
});

const isDebian = process.platform === 'linux' && (await readdir('/etc')).includes('debian_version');
if (!isDebian) console.log('skipped: needs a Debian');

describe.runIf(isDebian)('the installer', () => {
  it('serves two runs at once with one installation', async () => {
    await using dir = await tempDir();
    const lines: string[] = [];
    const options = {
      cacheDir: dir.path,
      // Debian itself might have one on PATH.
      env: { PATH: systemPath },
      log: (line: string) => lines.push(line),
    };
    const [first, second] = await Promise.all([findLlamaServer(options), findLlamaServer(options)]);
    expect(first).toEqual({ path: join(dir.path, 'llama-server'), source: 'debian' });
    expect(second).toEqual(first);
    expect(lines.filter((line) => line.endsWith('unpacking'))).toHaveLength(1);
    expect(await findLlamaServer(options)).toEqual({ ...first, source: 'cache' });
  });

  it('leaves nothing behind when it fails', async () => {
    await using dir = await tempDir();
    const env = { PATH: systemPath, LLAMACTL_DEBIAN_SUITE: 'no-such-suite' };
    await expect(findLlamaServer({ cacheDir: dir.path, env })).rejects.toThrow(
      /could not read the package list of no-such-suite/,
    );
    expect(await readdir(dir.path)).toEqual(['.lock']);
  });
});

describe('llamaServerInstallHint', () => {
  it.each([
    ['darwin', 'brew install llama.cpp'],
    ['win32', 'winget install llama.cpp'],
    ['linux', 'https://github.com/ggml-org/llama.cpp/releases'],
  ] as const)('on %s says %s', (platform, line) => {
    expect(llamaServerInstallHint(platform)).toContain(line);
  });
});
