import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { spawnProgram, tempDir, waitFor } from '@llamactl/testkit';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram } from '../support/build-program.js';
import { openKeeper } from '../support/open-keeper.js';

const withFiles = (count: number | string) => `# ours\nlogs:\n  max_files: ${count} # few\n`;
const rounds = process.env.LLAMACTL_TEST_FULL ? 100 : 3;

let program: string;
beforeAll(async () => {
  program = await buildProgram(new URL('change-config.ts', import.meta.url));
});

const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
if (!canTrace) console.log('skipped: needs strace and the right to trace');

/** A file with 3 files of logs, in a folder of its own. */
async function configFile(rest = '') {
  const dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, withFiles(3) + rest);
  return {
    file,
    read: () => readFile(file, 'utf8'),
    /** The next start: it goes on from there, and nothing is left lying about. */
    async startAgain(): Promise<void> {
      const keeper = await openKeeper(file);
      expect(await readdir(dir.path)).toEqual(['llamactl.yaml']);
      await keeper.update({ logs: { max_files: 9 } });
      expect(await readFile(file, 'utf8')).toBe(withFiles(9) + rest);
    },
    [Symbol.asyncDispose]: () => dir.remove(),
  };
}

/** Changes a file to each of the values while system calls fail, or kill. Returns what the program said of each. */
async function changeWithFaults(
  [file, ...values]: readonly string[],
  faults: readonly string[],
  more: readonly string[] = [],
): Promise<string[]> {
  const calls = faults.map((fault) => fault.split(':', 1)[0]);
  const args = ['-f', '-qq', '-o', '/dev/null', ...more, '-e', `trace=${calls.join(',')}`];
  args.push(...faults.flatMap((fault) => ['-e', `inject=${fault}`]));
  args.push(process.execPath, program, String(file), ...values);
  // strace counts the calls of each thread by itself: one thread does them all.
  await using traced = await spawnProgram('strace', args, {
    env: { UV_USE_IO_URING: '0', UV_THREADPOOL_SIZE: '1' },
  });
  await traced.exit;
  return traced.stdout.trim().split('\n');
}

test.runIf(canTrace).each([
  ['EIO', 'STORAGE_ERROR'],
  ['ENOSPC', 'STORAGE_FULL'],
])('B17: %s at any step of a change leaves the old file', async (errno, code) => {
  await using config = await configFile();
  // The n-th change meets the n-th fault; calls are counted over all of them.
  const faults = ['unlink:1', 'fchmod:2', 'fsync:3..7+4', 'link:2', 'rename:2'].map((fault) =>
    fault.replace(':', `:error=${errno}:when=`),
  );
  const values = ['11', '12', '13', '14', '15', '16', '17'];
  expect(await changeWithFaults([config.file, ...values], faults)).toEqual([
    // What is left to tidy up is no part of the change.
    'done 11',
    ...['fchmod', 'fsync', 'link', 'rename', 'fsync of the folder'].map(() => `${code} 11`),
    'done 17',
  ]);
  await config.startAgain();
});

test.runIf(canTrace)('an owner that cannot be kept does not hold a change up', async () => {
  await using config = await configFile();
  const faults = ['fchown:error=EPERM:when=1'];
  expect(await changeWithFaults([config.file, '4'], faults)).toEqual(['done 4']);
});

test.runIf(canTrace).each(['fchmod:1', 'fsync:1', 'link:1', 'rename:1', 'fsync:2', 'unlink:1'])(
  'B17: a kill at %s leaves the old file or the new one',
  async (step) => {
    await using config = await configFile();
    const fault = step.replace(':', ':signal=KILL:when=');
    expect(await changeWithFaults([config.file, '4'], [fault])).toEqual(['']);
    expect([withFiles(3), withFiles(4)]).toContain(await config.read());
    await config.startAgain();
  },
);

test('B17: kills at random moments of many changes leave a whole file, and nothing else', async () => {
  // Long enough that kills hit the writing itself.
  const rest = `# ${'x'.repeat(1_000)}\n`.repeat(500);
  await using config = await configFile(rest);
  const values = Array.from({ length: 5_000 }, (_, at) => String(10 + at));
  for (let round = 0; round < rounds; round += 1) {
    await using running = await spawnProgram(process.execPath, [program, config.file, ...values]);
    await waitFor(() => running.stdout.includes('done'), { timeoutMs: 30_000 });
    await setTimeout(randomInt(40));
    await running.kill('SIGKILL');
    const text = await config.read();
    const [, kept = ''] = /max_files: (\d+)/.exec(text) ?? [];
    expect(text).toBe(withFiles(kept) + rest);
    // What was said to be done is; the change under way may be done as well.
    const done = running.stdout.match(/^done \d+$/gm) ?? [];
    expect(Number(kept) - Number(done.at(-1)?.slice(5))).toBeOneOf([0, 1]);
    await config.startAgain();
  }
});

test.runIf(canTrace)('B17: the file itself is replaced and never written to', async () => {
  await using config = await configFile();
  // Of all writes, those to this very file kill.
  const faults = ['write:signal=KILL:when=1+'];
  const said = await changeWithFaults([config.file, '4'], faults, ['-P', config.file]);
  expect(said).toEqual(['done 4']);
});
