import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { smallDisk } from '../storage/small-disk.js';
import { appendLines, isRotated, linesOf, messagesOf, range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const started = new Date('2026-03-01T12:00:00.000Z');

test('A24: rotates on a disk that is too small for all the files it may keep', async (context) => {
  await using disk = await smallDisk(context, 400_000);
  const file = join(disk.path, 'a.log');
  await using log = openPlainLog(file, { maxFileBytes: 100_000 });
  await log.beginRun(started, 'first');
  await log.follow();
  for (let n = 1; n <= 30; n++) {
    await appendLines(file, ...range(1, 600).map((m) => `${n} I ${n}.${m} ${'x'.repeat(80)}`));
    await waitFor(async () => (await log.read(1))[0]?.seq === n * 600 + 1);
    // Else the next lines have no room: a rotation that is due has not been made.
    await waitFor(() => isRotated(file, 100_000));
  }
  expect(seqsOf(await log.read(5_000))).toEqual(range(18_001 - 4_999, 18_001));
});

test('A24: begins a run on a full disk, with the right times at least in memory', async (context) => {
  await using disk = await smallDisk(context, 100_000);
  const file = join(disk.path, 'a.log');
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  await appendLines(file, '1 I one');
  await fill(join(disk.path, 'filling'), file);
  await log.beginRun(new Date('2026-04-01T00:00:00.000Z'), 'second');
  await log.follow();
  const before = (await log.read(1000)).length;
  await writeFile(join(disk.path, 'filling'), '');
  await appendLines(file, '', '7 I two');
  await log.drain();
  const [two] = await log.read(1);
  expect((await log.read(1000)).length).toBeGreaterThan(before);
  expect(two).toMatchObject({ message: 'two', timestamp: '2026-04-01T00:00:00.007Z' });
  expect(messagesOf(await log.read(1000)).slice(0, 2)).toEqual(['first', 'one']);
});

test('A24: lines that a full disk swallowed are told once there is room, for good', async (context) => {
  await using disk = await smallDisk(context, 200_000);
  const file = join(disk.path, 'a.log');
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  await log.follow();
  await appendLines(file, '1 I before');
  await fill(join(disk.path, 'filling'), file);
  // What was read by now was read from a full disk.
  const inFile = (await linesOf(file)).length;
  await waitFor(async () => (await log.read(10_000)).length > inFile, { timeoutMs: 30_000 });
  const before = await log.read(10_000);
  await writeFile(join(disk.path, 'filling'), '');
  await appendLines(file, '', '7 I after');
  const isTold = (all: LogEntry[]) => all.some(({ message }) => /^The disk was full/.test(message));
  await waitFor(async () => isTold(await log.read(10_000)), { timeoutMs: 30_000 });
  const entries = await log.read(10_000);
  expect(messagesOf(entries).slice(0, before.length - 1)).toEqual(messagesOf(before).slice(0, -1));
  expect(messagesOf(entries)).toContain('after');
  expect(seqsOf(entries)).toEqual(range(1, entries.length));
  const told = entries.filter(({ level }) => level === 'warn');
  expect(messagesOf(told)).toEqual([
    expect.stringMatching(/^The disk was full from \S+Z to \S+Z: lines .* missing$/),
  ]);
  await log.unfollow();
  await using again = openPlainLog(file);
  // Lines that tell no time get that of when they are read.
  const texts = (all: LogEntry[]) => all.map(({ seq, level, message }) => [seq, level, message]);
  expect(texts(await again.read(10_000))).toEqual(texts(entries));
});

/** Takes all space of the disk, and what is left in the last block of the log. */
async function fill(filling: string, log: string): Promise<void> {
  await expect(writeFile(filling, 'x'.repeat(1_000_000))).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect(appendFile(log, `${'x'.repeat(99)}\n`.repeat(1_000))).rejects.toMatchObject({
    code: 'ENOSPC',
  });
}
