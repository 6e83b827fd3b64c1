import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesWithMarker, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createBuildReader } from '../../../src/backends/llama-cpp/build.js';
import { realServer } from './real-server.js';

const env = { PATH: process.env.PATH ?? '' };
const help = `
--host HOST                             address
--port PORT                             port
-m,    --model FNAME                    model path
`;

/** A program that notes each call beside itself. */
async function program(dir: string, body: string): Promise<string> {
  const file = join(dir, 'server');
  await writeFile(file, `#!/bin/sh\necho "$@" >>"$0.calls"\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

async function calls(file: string): Promise<number> {
  return (await readFile(`${file}.calls`, 'utf8')).trim().split('\n').length;
}

test('reads flags and version of the real llama-server', async () => {
  const build = await createBuildReader()({ file: await realServer(), args: [], env });
  expect(build.version).toMatch(/\d/);
  expect(build.flags.find('-ngl')).toBe(build.flags.find('--n-gpu-layers'));
});

test('asks once per build, also when asked at the same time, and again when the file changed', async () => {
  await using dir = await tempDir();
  const body = `[ "$1" = --help ] && echo '${help}' || echo 'version: 1.2 (x)' >&2`;
  const file = await program(dir.path, body);
  const read = createBuildReader();
  const ask = () => read({ file, args: [], env });
  const builds = await Promise.all([ask(), ask(), ask()]);
  expect(new Set(builds).size).toBe(1);
  expect(builds[0]?.version).toBe('1.2 (x)');
  expect(await ask()).toBe(builds[0]);
  expect(await calls(file)).toBe(2);

  await program(dir.path, `${body} # newer`);
  expect(await ask()).not.toBe(builds[0]);
  expect(await calls(file)).toBe(4);
});

test('gives the arguments of the configuration first', async () => {
  await using dir = await tempDir();
  const file = await program(dir.path, `[ "$1 $2" = "run --help" ] && echo '${help}'; true`);
  const build = await createBuildReader()({ file, args: ['run'], env });
  expect(build.flags.entries).toHaveLength(3);
  expect(build.version).toBeNull();
});

test.each([
  ['fails', 'echo "no library" >&2; exit 3', /--help exited with 3; it said: no library/],
  ['is something else', 'echo "--port N"', /is no llama-server: its help has no --host, --model/],
  ['says nothing', 'true', /is no llama-server/],
  ['dies', 'kill -SEGV $$', /was ended by SIGSEGV/],
  ['says too much', 'yes', /wrote more than/],
])('a program that %s is BACKEND_NOT_FOUND, and is asked again', async (_what, body, message) => {
  await using dir = await tempDir();
  const file = await program(dir.path, body);
  const read = createBuildReader();
  for (const expectedCalls of [2, 4]) {
    await expect(read({ file, args: [], env })).rejects.toMatchObject({
      code: 'BACKEND_NOT_FOUND',
      message: expect.stringMatching(message),
    });
    expect(await calls(file)).toBe(expectedCalls);
  }
});

test('a program that hangs is killed at the deadline, with its children', async () => {
  await using dir = await tempDir();
  const marker = `BUILD_TEST_${process.pid}`;
  const file = await program(dir.path, 'sleep 600 & wait');
  const read = createBuildReader({ timeoutMs: 200 });
  await expect(read({ file, args: [], env: { ...env, [marker]: '1' } })).rejects.toMatchObject({
    code: 'BACKEND_NOT_FOUND',
    message: expect.stringMatching(/did not end within 0\.2 s/),
  });
  await waitFor(() => processesWithMarker(marker).length === 0, {
    message: 'the hanging program to be gone',
  });
});

test('a file that the system cannot run is BACKEND_NOT_FOUND', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'server');
  await writeFile(file, '#!/no/such/interpreter\n', { mode: 0o755 });
  await expect(createBuildReader()({ file, args: [], env })).rejects.toMatchObject({
    code: 'BACKEND_NOT_FOUND',
    message: expect.stringMatching(/could not be started \(ENOENT\)/),
  });
});
