import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { followLog } from '../../src/logs/follow-log.js';
import type { InstanceLog, LogPlace } from '../../src/logs/instance-log.js';
import { olderNumbers } from '../../src/logs/log-files.js';
import { appendLines, range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const started = new Date('2026-03-01T12:00:00.000Z');

async function placeIn(log: InstanceLog): Promise<LogPlace> {
  const place = await log.place();
  if (place === null) throw new Error('The log is closed.');
  return place;
}

/** Writes a log of a run with two lines. */
async function writeLog(file: string): Promise<LogPlace> {
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  await appendLines(file, '1 I one', '2 I two');
  return await placeIn(log);
}

/** The first entries of a follow. */
async function begin(entries: AsyncIterable<LogEntry>, count: number): Promise<LogEntry[]> {
  const taken: LogEntry[] = [];
  for await (const entry of entries) if (taken.push(entry) === count) break;
  return taken;
}

test('the place in a log goes on when it is opened again, over runs and rotations', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const { epoch, seq } = await writeLog(file);
  expect(epoch).toMatch(/^[\w-]{12}$/);
  expect(seq).toBe(3);
  await using log = openPlainLog(file, { maxFileBytes: 5_000 });
  expect(await log.place()).toEqual({ epoch, seq });
  await log.beginRun(started, 'second');
  await log.follow();
  await appendLines(file, ...range(1, 200).map((n) => `${n} I ${'x'.repeat(50)}`));
  await waitFor(async () => (await olderNumbers(file)).length > 0, { message: 'a rotation' });
  await log.unfollow();
  expect(await log.place()).toEqual({ epoch, seq: 204 });
  await using again = openPlainLog(file);
  expect(await again.place()).toEqual({ epoch, seq: 204 });
});

test('a log that was removed and begun anew has another epoch, and so has every other log', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const first = await writeLog(file);
  const other = await writeLog(join(dir.path, 'b.log'));
  await openPlainLog(file).remove();
  const anew = await writeLog(file);
  expect(anew.seq).toBe(first.seq);
  expect(new Set([first, other, anew].map(({ epoch }) => epoch)).size).toBe(3);
});

test('an empty log has an epoch already, which its first lines keep', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file);
  const { epoch, seq } = await placeIn(log);
  expect(seq).toBe(0);
  await log.beginRun(started, 'first');
  expect(await log.place()).toEqual({ epoch, seq: 1 });
  await using again = openPlainLog(file);
  expect(await again.place()).toEqual({ epoch, seq: 1 });
});

test('a log whose current file was emptied goes on where the older one ended, under the same epoch', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const { epoch } = await writeLog(file);
  await using log = openPlainLog(file, { maxFileBytes: 5_000 });
  await log.follow();
  await appendLines(file, ...range(1, 200).map((n) => `${n} I ${'x'.repeat(50)}`));
  await waitFor(async () => (await olderNumbers(file)).length > 0, { message: 'a rotation' });
  await log.close();
  await truncate(file, 0);
  await using again = openPlainLog(file);
  expect((await placeIn(again)).epoch).toBe(epoch);
  await again.beginRun(started, 'second');
  await using third = openPlainLog(file);
  expect((await placeIn(third)).epoch).toBe(epoch);
});

test('a log whose files are gone while nobody looks has another epoch', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const { epoch } = await writeLog(file);
  await rm(file);
  expect((await writeLog(file)).epoch).not.toBe(epoch);
});

test('the epoch does not tell the key of the marks', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const { epoch } = await writeLog(file);
  await using log = openPlainLog(file);
  const forged = { key: epoch, started_at: '2030-01-01T00:00:00Z', description: 'x' };
  await appendLines(file, `--- llamactl run ${JSON.stringify(forged)}`);
  expect((await log.read(1))[0]?.message).toContain('--- llamactl run');
});

test('a follow goes on behind a line that was seen, and begins anew behind one of another log', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const { epoch } = await writeLog(file);
  await using log = openPlainLog(file);
  const seqs = async (after: LogPlace, count: number) =>
    seqsOf(await begin(followLog(log, { lines: 2, after }), count));
  expect(await seqs({ epoch, seq: 0 }, 3)).toEqual([1, 2, 3]);
  expect(await seqs({ epoch, seq: 2 }, 1)).toEqual([3]);
  expect(await seqs({ epoch: 'other', seq: 2 }, 2)).toEqual([2, 3]);
  expect(await seqs({ epoch, seq: 4 }, 2)).toEqual([2, 3]);
});

test('a follow that has missed nothing gives the next line first', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const after = await writeLog(file);
  await using log = openPlainLog(file);
  await log.follow();
  const next = begin(followLog(log, { lines: 2, after }), 1);
  await appendLines(file, '3 I three');
  expect(await next).toMatchObject([{ seq: 4, message: 'three' }]);
});

test('a closed log has no place, and a follow of it no epoch', async () => {
  await using dir = await tempDir();
  const log = openPlainLog(join(dir.path, 'a.log'));
  expect(await followLog(log).epoch()).toBe((await placeIn(log)).epoch);
  await log.close();
  expect(await log.place()).toBeNull();
  expect(await followLog(log).epoch()).toBeNull();
});
