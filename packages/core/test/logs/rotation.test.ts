import { randomInt } from 'node:crypto';
import { appendFile, copyFile, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from '@llamactl/contract';
import { isAlive, spawnProgram, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { olderFile, olderNumbers } from '../../src/logs/log-files.js';
import { buildProgram } from '../build-program.js';
import { startLineWriter } from './line-writer.js';
import { appendLines, isRotated, linesOf, messagesOf, range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const started = new Date('2026-03-01T12:00:00.000Z');

/** Checks that an entry `line N …` has the number N, and that no number is missing. */
function expectNumbered(entries: readonly LogEntry[], first: number, last: number): void {
  const wrong = entries.filter(({ seq, message }) => !message.startsWith(`line ${seq} `));
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(entries.length).toBe(last - first + 1);
  expect([entries[0]?.seq, entries.at(-1)?.seq]).toEqual([first, last]);
}

/** Checks that the files, from the oldest on, hold `line N …` for successive N up to a last one. */
async function expectSuccessive(file: string, last: number): Promise<void> {
  const older = (await olderNumbers(file)).reverse().map((number) => olderFile(file, number));
  const lines = (await Promise.all([...older, file].map(linesOf))).flat();
  const first = last - lines.length + 1;
  const wrong = lines.filter((line, index) => !line.startsWith(`0 I line ${first + index} `));
  expect(wrong.slice(0, 3)).toEqual([]);
}

test('A19: no line of a writer at 20 MB/s is lost or repeated over rotations, in memory and in the files', {
  timeout: 60_000,
}, async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  // So few that none is skipped, however busy the machine is.
  const lines = 140_000;
  await using writer = startLineWriter(file, lines, 20_000_000, { isHeld: true });
  let rotations = 0;
  await using log = openPlainLog(file, {
    maxFileBytes: 500_000,
    pauseWriters: () => {
      rotations++;
      return writer.pause();
    },
  });
  const entries: LogEntry[] = [];
  log.onEntry((entry) => entries.push(entry));
  await log.follow();
  writer.begin();
  await writer.ended;
  await log.unfollow();
  // How many depends on how busy the machine is.
  expect(rotations).toBeGreaterThan(0);
  expectNumbered(entries, 1, lines);
  await expectSuccessive(file, lines);
  await using again = openPlainLog(file);
  expectNumbered(await again.read(10_000), lines - 9_999, lines);
});

test.each([1, 2])(
  'keeps %i file(s) in all, and still loses no line in memory',
  async (maxFiles) => {
    await using dir = await tempDir();
    const file = join(dir.path, 'a.log');
    await using writer = startLineWriter(file, 50_000, 10_000_000);
    await using log = openPlainLog(file, {
      maxFileBytes: 500_000,
      maxFiles,
      pauseWriters: () => writer.pause(),
    });
    await log.follow();
    await writer.ended;
    await log.unfollow();
    expect(await olderNumbers(file)).toEqual(range(1, maxFiles - 1));
    const newest = await log.read(10_000);
    expectNumbered(newest, 40_001, 50_000);
    await using again = openPlainLog(file);
    const kept = await again.read(10_000);
    // With one file, a rotation at the very end leaves none of them on disk.
    if (maxFiles > 1) expect(kept).not.toEqual([]);
    if (kept.length > 0) expectNumbered(kept, 50_001 - kept.length, 50_000);
  },
);

const kills = process.env.LLAMACTL_TEST_FULL === undefined ? 4 : 60;
test(`B1: ${kills} managers killed while they rotate leave each line whole, with its number`, {
  timeout: 180_000,
}, async () => {
  await using program = await buildProgram(new URL('follow-log.ts', import.meta.url));
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using writer = startLineWriter(file, 0, 10_000_000);
  for (let round = 0; round < kills; round++) {
    await using manager = await spawnProgram(process.execPath, [
      program.file,
      file,
      String(writer.pid),
    ]);
    await manager.waitForLine(/^following$/);
    // Every second one gets a rotation through, so that the file does not grow for ever.
    const isDone = () => isRotated(file, 2_000_000);
    if (round % 2 === 0) await waitFor(isDone, { timeoutMs: 30_000, message: 'a rotation' });
    await delay(randomInt(300));
    await manager.kill('SIGKILL');
    // As a manager does with a run that it adopts.
    process.kill(writer.pid, 'SIGCONT');
  }
  await writer[Symbol.asyncDispose]();
  await using log = openPlainLog(file);
  const [newest] = await log.read(1);
  const last = newest?.seq ?? 0;
  expectNumbered(await log.read(10_000), last - 9_999, last);
  const whole = (await readFile(file, 'utf8')).lastIndexOf('\n') + 1;
  await truncate(file, whole);
  await expectSuccessive(file, last);
});

test('lets the process end that follows it', async () => {
  await using program = await buildProgram(new URL('follow-log.ts', import.meta.url));
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await writeFile(file, 'a line\n');
  await using app = await spawnProgram(process.execPath, [program.file, file, '0']);
  await app.waitForLine(/^following$/);
  await waitFor(() => !isAlive(app.pid), { timeoutMs: 5_000, message: 'the app to end' });
  expect(await app.exit).toEqual({ code: 0, signal: null });
  expect(app.stderr).toBe('');
});

/** A log of 100 lines, and what it read of them. */
async function hundredLines(file: string): Promise<LogEntry[]> {
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  await appendLines(file, ...range(1, 100).map((n) => `${n} I line ${n}`));
  return await log.read(1000);
}

test.each([
  ['within the copy', async (file: string) => copyFile(file, `${file}.rotating`)],
  ['before the file was emptied', async (file: string) => copyFile(file, `${file}.1`)],
  [
    'before the new file was marked',
    async (file: string) => {
      await copyFile(file, `${file}.1`);
      await truncate(file, 0);
    },
  ],
])('goes on after a rotation that was interrupted %s', async (_, interrupt) => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const before = await hundredLines(file);
  await interrupt(file);
  await appendLines(file, '101 I line 101');
  for (let time = 0; time < 2; time++) {
    await using log = openPlainLog(file);
    const entries = await log.read(1000);
    expect(entries.slice(0, 101)).toEqual(before);
    expect(entries[101]).toEqual({
      seq: 102,
      timestamp: '2026-03-01T12:00:00.101Z',
      level: 'info',
      message: 'line 101',
    });
    expect(entries.length).toBe(102);
  }
  await using log = openPlainLog(file);
  await log.beginRun(started, 'second');
  expect((await log.read(1000)).slice(100)).toMatchObject([
    { seq: 101, message: 'line 100' },
    { seq: 102, message: 'line 101' },
    { seq: 103, message: 'second' },
  ]);
});

test('carries the begin of a line over to the new file', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file, { maxFileBytes: 5_000 });
  await log.beginRun(started, 'first');
  await log.follow();
  await appendFile(file, `1 I ${'a'.repeat(6_000)}\n2 I the begin`);
  await waitFor(async () => (await olderNumbers(file)).length === 1, { message: 'the rotation' });
  await appendFile(file, ' and the end\n');
  await log.drain();
  await using again = openPlainLog(file);
  for (const entries of [await log.read(10), await again.read(10)]) {
    expect(seqsOf(entries)).toEqual([1, 2, 3]);
    expect(messagesOf(entries)[2]).toBe('the begin and the end');
  }
  expect(await again.read(10)).toEqual(await log.read(10));
});

test('reads older files that miss one between them', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file, { maxFileBytes: 5_000 });
  await log.follow();
  for (let n = 1; n <= 3; n++) {
    await appendLines(file, `${n} I line ${n} ${'a'.repeat(6_000)}`);
    await waitFor(async () => (await olderNumbers(file)).length === n, { message: 'the rotation' });
  }
  await log.unfollow();
  await rename(olderFile(file, 3), olderFile(file, 4));
  await using again = openPlainLog(file);
  expectNumbered(await again.read(10), 1, 3);
});
