import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { BackgroundProgram } from '../../run/background-program.mjs';
import { runProgram } from '../../run/run-program.mjs';

const sh = (script: string) => ['-c', script];

test('returns what a program writes', async () => {
  expect(await runProgram('sh', sh('echo out; echo err >&2'), { quiet: true })).toBe('out\n');
});

test('tells how a program failed', async () => {
  await expect(runProgram('sh', sh('exit 3'))).rejects.toThrow('`sh -c exit 3` ended with 3');
});

test('an abort ends a program with all that it started', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'pid');
  const abort = new AbortController();
  const running = runProgram(
    'sh',
    sh(`sleep 600 & echo $! >${file}.new; mv ${file}.new ${file}; wait`),
    {
      signal: abort.signal,
    },
  );
  const child = Number(await waitFor(() => readFile(file, 'utf8')));
  expect(isAlive(child)).toBe(true);
  abort.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await waitFor(() => !isAlive(child), { message: 'the child to end' });
});

test('a background program is waited for, and leaves nothing behind', async () => {
  const program = new BackgroundProgram('sh', sh('sleep 600 & echo "child $!"; wait'));
  const [, child] = await program.waitForOutput(/child (\d+)\n/, { timeoutMs: 10_000 });
  expect(isAlive(Number(child))).toBe(true);
  await program.stop();
  await waitFor(() => !isAlive(Number(child)), { message: 'the child to end' });
});

test('a background program that ignores SIGTERM is killed', async () => {
  const program = new BackgroundProgram('sh', sh('trap "" TERM; echo up; sleep 600 & wait; wait'));
  await program.waitForOutput(/up/, { timeoutMs: 10_000 });
  await program.stop(50);
  expect(await program.ended).toBe('SIGKILL');
});

test.each([
  ['ends', 'echo sorry; exit 4', 10_000, 'ended with 4; it wrote:\nsorry'],
  ['takes too long', 'exec sleep 600', 50, 'was not ready within 0.05 s'],
])('waiting for a background program that %s tells so', async (_, script, timeoutMs, message) => {
  const program = new BackgroundProgram('sh', sh(script));
  await expect(program.waitForOutput(/never/, { timeoutMs })).rejects.toThrow(message);
  await program.stop();
});
