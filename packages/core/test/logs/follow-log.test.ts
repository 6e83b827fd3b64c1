import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createEmitter } from '../../src/events/emitter.js';
import { followLog } from '../../src/logs/follow-log.js';
import { startLineWriter } from './line-writer.js';
import { appendLines, messagesOf, range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const started = new Date('2026-03-01T12:00:00.000Z');
const within = { timeoutMs: 30_000 };

/** Takes entries until the follow ends, or `count` of them. */
async function take(
  entries: AsyncIterable<LogEntry>,
  count = Number.POSITIVE_INFINITY,
): Promise<LogEntry[]> {
  const taken: LogEntry[] = [];
  if (count === 0) return taken;
  for await (const entry of entries) {
    taken.push(entry);
    if (taken.length >= count) break;
  }
  return taken;
}

/** A log that a test fills by itself. */
function madeUpLog() {
  const events = createEmitter<{ entry: LogEntry; close: null }>();
  const kept: LogEntry[] = [];
  let listeners = 0;
  const counted = (end: () => void) => {
    listeners++;
    return () => {
      listeners--;
      end();
    };
  };
  return {
    isClosed: false,
    place: async () => ({ epoch: 'made-up', seq: kept.at(-1)?.seq ?? 0 }),
    read: async (lines: number) => kept.slice(-lines),
    onEntry: (listener: (entry: LogEntry) => void) => counted(events.on('entry', listener)),
    onClose: (listener: () => void) => counted(events.on('close', listener)),
    get listeners() {
      return listeners;
    },
    add(seq: number, level: LogEntry['level'] = 'info') {
      const entry: LogEntry = {
        seq,
        timestamp: started.toISOString(),
        level,
        message: `line ${seq}`,
      };
      kept.push(entry);
      events.emit('entry', entry);
    },
    close() {
      this.isClosed = true;
      events.emit('close', null);
    },
  };
}

test('W7: a follow over rotations gives every numbered line once, in order', {
  timeout: 60_000,
}, async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  // So few that none is skipped, however busy the machine is.
  const lines = 120_000;
  await using writer = startLineWriter(file, lines, 10_000_000, { isHeld: true });
  let rotations = 0;
  await using log = openPlainLog(file, {
    maxFileBytes: 1_000_000,
    pauseWriters: () => {
      rotations++;
      return writer.pause();
    },
  });
  await log.follow();
  const fromTheFirst = take(followLog(log));
  const isUnderWay = new Promise<void>((resolve) =>
    log.onEntry(({ seq }) => seq > 100 && resolve()),
  );
  writer.begin();
  await isUnderWay;
  const follows = [0, 10, 10_000].map((count) => take(followLog(log, { lines: count })));
  await writer.ended;
  await log.unfollow();
  expect(rotations).toBeGreaterThan(0);
  await log.remove();
  expect((await fromTheFirst).length).toBe(lines);
  for (const entries of await Promise.all([fromTheFirst, ...follows])) {
    const first = entries[0]?.seq ?? 0;
    expect(first).toBeGreaterThan(0);
    expect(seqsOf(entries)).toEqual(range(first, lines));
    const wrong = entries.filter(({ seq, message }) => !message.startsWith(`line ${seq} `));
    expect(wrong).toEqual([]);
  }
});

test('W7: a follow goes on over the end of a run and the next, and ends when the log is removed', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file);
  await log.beginRun(started, 'first');
  await appendLines(file, '1 I line 1', '2 I line 2');
  const taken: LogEntry[] = [];
  const ended = (async () => {
    for await (const entry of followLog(log, { lines: 2 })) taken.push(entry);
  })();
  await waitFor(() => taken.length === 2, within);
  for (const run of ['second', 'third']) {
    await log.beginRun(started, run);
    await log.follow();
    await appendLines(file, `3 I of ${run}`);
    await waitFor(() => taken.at(-1)?.message === `of ${run}`, within);
    await appendLines(file, `4 I last of ${run}`);
    await log.unfollow();
  }
  await log.remove();
  await ended;
  expect(messagesOf(taken)).toEqual([
    ...['line 1', 'line 2'],
    ...['second', 'of second', 'last of second', 'third', 'of third', 'last of third'],
  ]);
  expect(seqsOf(taken)).toEqual(range(2, 9));
});

test('what came before the follow is left out unless it is asked for', async () => {
  const log = madeUpLog();
  for (const seq of range(1, 5)) log.add(seq);
  const all = take(followLog(log, { lines: 3 }));
  const later = take(followLog(log));
  log.add(6);
  log.close();
  expect(seqsOf(await all)).toEqual([3, 4, 5, 6]);
  expect(seqsOf(await later)).toEqual([6]);
});

test('what comes while the first lines are read is given once', async () => {
  const log = madeUpLog();
  log.add(1);
  let answer: (entries: LogEntry[]) => void = () => {};
  const answered = new Promise<LogEntry[]>((resolve) => {
    answer = resolve;
  });
  const slow = { ...log, read: () => answered };
  const all = take(followLog(slow, { lines: 10 }));
  log.add(2);
  const upToNow = await log.read(10);
  log.add(3);
  answer(upToNow);
  log.close();
  expect(seqsOf(await all)).toEqual([1, 2, 3]);
});

test('only lines of the level or above are given', async () => {
  const log = madeUpLog();
  const all = take(followLog(log, { level: 'warn' }));
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log.add(1, level);
  log.add(2, 'error');
  log.close();
  expect((await all).map(({ level }) => level)).toEqual(['warn', 'error']);
});

test('a reader that falls behind is told once how many lines it missed, and goes on with the newest', async () => {
  const log = madeUpLog();
  const follow = followLog(log)[Symbol.asyncIterator]();
  const first = follow.next();
  for (const seq of range(1, 25_001)) log.add(seq);
  expect((await first).value.seq).toBe(1);
  expect((await follow.next()).value).toMatchObject({
    seq: 15_001,
    level: 'warn',
    message: expect.stringMatching(/^15000 lines were left out/),
  });
  for (const seq of range(15_002, 25_001)) expect((await follow.next()).value.seq).toBe(seq);
  log.add(25_002);
  expect((await follow.next()).value.message).toBe('line 25002');
});

test('a follow ends at once when its signal aborts, and gives nothing any more', async () => {
  const log = madeUpLog();
  const controller = new AbortController();
  const follow = followLog(log, { signal: controller.signal })[Symbol.asyncIterator]();
  const waiting = follow.next();
  controller.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  log.add(1);
  expect((await follow.next()).done).toBe(true);
  expect(log.listeners).toBe(0);
});

test('return ends a next that waits', async () => {
  const log = madeUpLog();
  const follow = followLog(log)[Symbol.asyncIterator]();
  const waiting = [follow.next(), follow.next()];
  await follow.return?.();
  expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([true, true]);
  expect(log.listeners).toBe(0);
});

test('a log that cannot be read is told by the first next, and ends the follow', async () => {
  const log = { ...madeUpLog(), read: () => Promise.reject(new Error('no disk')) };
  const follow = followLog(log, { lines: 1 })[Symbol.asyncIterator]();
  await expect(follow.next()).rejects.toThrow('no disk');
  expect((await follow.next()).done).toBe(true);
});

test('1000 follows that were opened and closed leave no listener', async () => {
  const log = madeUpLog();
  log.add(1);
  const { signal } = new AbortController();
  const follows = range(1, 1_000).map(() =>
    followLog(log, { lines: 1, signal })[Symbol.asyncIterator](),
  );
  const entries = await Promise.all(follows.map((follow) => follow.next()));
  expect(entries.filter(({ value }) => value?.seq === 1)).toHaveLength(1_000);
  expect(log.listeners).toBe(2_000);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await Promise.all(follows.map((follow) => follow.return?.()));
  expect(log.listeners).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a follow of a log that is closed already has no lines', async () => {
  await using dir = await tempDir();
  const log = openPlainLog(join(dir.path, 'a.log'));
  await log.close();
  expect(await take(followLog(log, { lines: 10 }))).toEqual([]);
});
