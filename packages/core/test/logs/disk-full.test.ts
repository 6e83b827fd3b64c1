import { appendFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { smallDisk } from '../storage/small-disk.js';
import { appendLines, messagesOf, range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const started = new Date('2026-03-01T12:00:00.000Z');

test('rotates on a disk that is too small for all the files it may keep', async (context) => {
  await using disk = await smallDisk(context, 400_000);
  const file = join(disk.path, 'a.log');
  await using log = openPlainLog(file, { maxFileBytes: 100_000 });
  await log.beginRun(started, 'first');
  await log.follow();
  for (let n = 1; n <= 30; n++) {
    await appendLines(file, ...range(1, 600).map((m) => `${n} I ${n}.${m} ${'x'.repeat(80)}`));
    await waitFor(async () => (await log.read(1))[0]?.seq === n * 600 + 1);
    // Else the next lines have no room: a rotation that is due has not been made.
    await waitFor(async () => (await stat(file)).size < 100_000);
  }
  expect(seqsOf(await log.read(5_000))).toEqual(range(18_001 - 4_999, 18_001));
});

test('begins a run on a full disk, with the right times at least in memory', async (context) => {
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

/** Takes all space of the disk, and what is left in the last block of the log. */
async function fill(filling: string, log: string): Promise<void> {
  await expect(writeFile(filling, 'x'.repeat(1_000_000))).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect(appendFile(log, `${'x'.repeat(99)}\n`.repeat(1_000))).rejects.toMatchObject({
    code: 'ENOSPC',
  });
}
