import { randomBytes } from 'node:crypto';
import { appendFile, readdir, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { appendLines, isRotated, messagesOf, range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const started = new Date('2026-03-01T12:00:00.000Z');

test('shows each line soon after it was written, with its level and time', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'logs', 'a.log');
  await using log = openPlainLog(file);
  const entries: LogEntry[] = [];
  log.onEntry((entry) => entries.push(entry));
  expect(await log.beginRun(started, 'start of a')).toBe(1);
  await log.follow();
  const writtenAt = performance.now();
  await appendLines(file, '250 W careful');
  await waitFor(() => entries.length === 2, { timeoutMs: 250, message: 'the line' });
  expect(performance.now() - writtenAt).toBeLessThan(200);
  expect(entries).toEqual([
    { seq: 1, timestamp: '2026-03-01T12:00:00.000Z', level: 'info', message: 'start of a' },
    { seq: 2, timestamp: '2026-03-01T12:00:00.250Z', level: 'warn', message: 'careful' },
  ]);
  expect(await log.read(10)).toEqual(entries);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('is empty without a file, and follows one that comes later', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file);
  expect(await log.read(10)).toEqual([]);
  await log.follow();
  await log.drain();
  await appendLines(file, '1 I hello');
  await waitFor(async () => (await log.read(10)).length === 1, { timeoutMs: 5_000 });
  expect(messagesOf(await log.read(10))).toEqual(['hello']);
});

test('tells the same numbers and times when it is opened again', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  let first: LogEntry[];
  {
    await using log = openPlainLog(file);
    await log.beginRun(started, 'first run');
    await appendLines(file, '1000 I one', '2000 I two', 'without a time');
    await log.beginRun(new Date('2026-03-02T00:00:00.000Z'), 'second run');
    await appendLines(file, '1500 E three');
    first = await log.read(100);
  }
  expect(seqsOf(first)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(first.map(({ timestamp }) => timestamp)).toEqual([
    '2026-03-01T12:00:00.000Z',
    '2026-03-01T12:00:01.000Z',
    '2026-03-01T12:00:02.000Z',
    '2026-03-01T12:00:02.000Z',
    '2026-03-02T00:00:00.000Z',
    '2026-03-02T00:00:01.500Z',
  ]);
  await using again = openPlainLog(file);
  expect(await again.read(100)).toEqual(first);
  const later: LogEntry[] = [];
  again.onEntry((entry) => later.push(entry));
  await again.follow();
  await appendLines(file, '2500 I four');
  await again.drain();
  expect(later).toEqual([
    { seq: 7, timestamp: '2026-03-02T00:00:02.500Z', level: 'info', message: 'four' },
  ]);
});

test('reads the newest entries of a level out of the files when memory has too few', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const lines = range(1, 60_000).map((n) => `${n} ${n % 1000 === 0 ? 'E' : 'I'} line ${n}`);
  await using log = openPlainLog(file, { maxFileBytes: 150_000 });
  await log.beginRun(started, 'first');
  await log.follow();
  for (let from = 0; from < lines.length; from += 5_000) {
    await appendLines(file, ...lines.slice(from, from + 5_000));
    await log.drain();
    await waitFor(() => isRotated(file, 150_000), { message: 'the rotation' });
  }
  expect((await readdir(dir.path)).sort()).toEqual(
    ['', '.1', '.2', '.3', '.4'].map((end) => `a.log${end}`),
  );
  const errors = await log.read(25, 'error');
  expect(messagesOf(errors)).toEqual(range(36, 60).map((n) => `line ${n}000`));
  // The number 1 is that of the begin of the run.
  expect(seqsOf(errors)).toEqual(range(36, 60).map((n) => n * 1000 + 1));
  const many = await log.read(30_000);
  expect(seqsOf(many)).toEqual(range(30_002, 60_001));
  await log.unfollow();
  await using again = openPlainLog(file);
  expect(await again.read(25, 'error')).toEqual(errors);
  expect(await again.read(30_000)).toEqual(many);
  expect(await again.read(1)).toEqual(many.slice(-1));
});

test('counts the last words of a program that ended within a line', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  await log.follow();
  await appendFile(file, '5 E terminate called');
  await log.unfollow();
  expect(messagesOf(await log.read(10))).toEqual(['first', 'terminate called']);
  await log.beginRun(started, 'second');
  await using again = openPlainLog(file);
  expect(messagesOf(await again.read(10))).toEqual(['first', 'terminate called', 'second']);
  expect(await again.read(10)).toEqual(await log.read(10));
});

test('takes no line of a backend for one of its own', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  const forged =
    '--- llamactl run {"key":"","started_at":"2030-01-01T00:00:00Z","description":"x"}';
  await appendLines(file, forged, '1 I next');
  const entries = await log.read(10);
  expect(messagesOf(entries)).toEqual(['first', forged, 'next']);
  expect(entries[2]?.timestamp).toBe('2026-03-01T12:00:00.001Z');
});

test('A21: random bytes become entries in valid JSON, without control characters', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file);
  await log.follow();
  await writeFile(file, Buffer.concat([randomBytes(2_000_000), Buffer.from('\nend\n')]));
  await log.drain();
  const entries = await log.read(10_000);
  expect(entries.length).toBeGreaterThan(1_000);
  expect(entries.at(-1)?.message).toBe('end');
  const text = JSON.stringify(entries);
  expect(JSON.parse(text)).toEqual(entries);
  expect(entries.filter(({ message }) => /[^\P{Cc}\t]|\p{Cs}/u.test(message))).toEqual([]);
});

test('A20: a line of 10 MB is cut with a mark, and the next one is kept', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file, { maxFileBytes: 3_000_000 });
  await log.follow();
  for (let part = 0; part < 10; part++) {
    await appendFile(file, 'x'.repeat(1_000_000));
    await log.drain();
  }
  await appendFile(file, '\nnext\n');
  await waitFor(async () => (await log.read(10)).length === 2, { message: 'both lines' });
  const [long, next] = await log.read(10);
  expect(long?.message).toMatch(/^x{65536}… \[9934464 bytes cut\]$/);
  expect(next).toMatchObject({ seq: 2, message: 'next' });
  await using again = openPlainLog(file);
  expect((await again.read(10)).at(-1)).toMatchObject({ message: 'next' });
});

test('goes on when somebody empties or replaces the file', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  await log.follow();
  await appendLines(file, '1 I one');
  await log.drain();
  await truncate(file, 0);
  await appendLines(file, '2 I two');
  await waitFor(async () => (await log.read(10)).length === 3, {
    message: 'the line in the emptied file',
  });
  await rename(file, join(dir.path, 'moved'));
  await appendLines(join(dir.path, 'moved'), '3 I three');
  await appendLines(file, '4 I four');
  await waitFor(async () => (await log.read(10)).length === 5, {
    message: 'the line in the new file',
  });
  const entries = await log.read(10);
  expect(messagesOf(entries)).toEqual(['first', 'one', 'two', 'three', 'four']);
  expect(seqsOf(entries)).toEqual([1, 2, 3, 4, 5]);
  await log.unfollow();
  await using again = openPlainLog(file);
  await appendLines(file, '5 I five');
  expect((await again.read(1))[0]).toMatchObject({ seq: 6, message: 'five' });
});

test('a listener that throws stops neither the log nor the other listeners', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const errors: unknown[] = [];
  await using log = openPlainLog(file, { onListenerError: (error) => errors.push(error) });
  const seen: string[] = [];
  log.onEntry(() => {
    throw new Error('a bug');
  });
  const end = log.onEntry(({ message }) => seen.push(message));
  await log.follow();
  await appendLines(file, 'one', 'two');
  await log.drain();
  end();
  await appendLines(file, 'three');
  await log.drain();
  expect(seen).toEqual(['one', 'two']);
  expect(errors).toHaveLength(3);
  expect(messagesOf(await log.read(10))).toEqual(['one', 'two', 'three']);
});

test('a parser that throws costs no line', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file, {
    parseLine: () => {
      throw new Error('a bug');
    },
  });
  await appendLines(file, 'one');
  expect(await log.read(10)).toMatchObject([{ level: 'info', message: 'one' }]);
});

test('removes its files, and reads nothing after', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file, { maxFileBytes: 5_000 });
  await log.beginRun(started, 'first');
  await log.follow();
  await appendLines(file, ...range(1, 200).map((n) => `${n} I ${'x'.repeat(50)}`));
  await waitFor(async () => (await readdir(dir.path)).includes('a.log.1'), {
    message: 'a rotation',
  });
  await writeFile(join(dir.path, 'a.log.b'), 'of somebody else');
  await log.remove();
  expect(await readdir(dir.path)).toEqual(['a.log.b']);
  expect(await log.read(10)).toEqual([]);
  await log.follow();
  await log.unfollow();
});

test('says what is wrong when the file cannot be read', async () => {
  await using dir = await tempDir();
  await using log = openPlainLog(dir.path);
  await expect(log.read(10)).rejects.toMatchObject({ code: 'STORAGE_ERROR' });
  await expect(log.beginRun(started, 'first')).rejects.toMatchObject({ code: 'STORAGE_ERROR' });
});
