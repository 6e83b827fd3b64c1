import { appendFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from '@llamactl/contract';
import { tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { olderFile, olderNumbers } from '../../src/logs/log-files.js';
import { startLineWriter } from './line-writer.js';
import { range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const floodMs = 5_000;

test('bears a writer that is faster than it can read', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  const maxFileBytes = 10_000_000;
  await using writer = startLineWriter(file, 0, 0);
  await using log = openPlainLog(file, {
    maxFileBytes,
    maxFiles: 2,
    pauseWriters: () => writer.pause(),
  });
  const wrong: LogEntry[] = [];
  let seq = 0;
  log.onEntry((entry) => {
    const { lines } =
      /^(?<lines>\d+) lines \(\d+ bytes\) were skipped/.exec(entry.message)?.groups ?? {};
    const isRight = lines
      ? entry.seq === seq + Number(lines)
      : entry.message.startsWith(`line ${entry.seq} `);
    if (!isRight) wrong.push(entry);
    seq = entry.seq;
  });
  const loop = monitorEventLoopDelay({ resolution: 5 });
  await log.follow();
  seq = (await log.read(1))[0]?.seq ?? 0;
  loop.enable();
  const startedAt = performance.now();
  let mostBytes = 0;
  while (performance.now() - startedAt < floodMs) {
    mostBytes = Math.max(mostBytes, await bytesOf(file));
    await delay(20);
  }
  loop.disable();
  await writer[Symbol.asyncDispose]();
  await log.unfollow();
  const bytesPerSecond = (seq * 95) / (floodMs / 1000);
  // The last line is cut short where the writer was killed.
  expect(wrong.filter((entry) => entry.seq !== seq)).toEqual([]);
  // Generous: a busy machine makes everybody wait.
  expect(loop.percentile(99) / 1e6).toBeLessThan(1_000);
  expect(mostBytes).toBeLessThan(2 * maxFileBytes + bytesPerSecond);
  // Nothing came in between: the newest lines are in memory, and the last one is the last in the file.
  expect((await log.read(1))[0]?.seq).toBe(seq);
});

test('says how much it skipped, and has it in the file still', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.log');
  await using log = openPlainLog(file, { maxFileBytes: 100_000_000 });
  const gaps: LogEntry[] = [];
  log.onEntry((entry) => {
    if (entry.level === 'warn') gaps.push(entry);
  });
  await log.follow();
  const lines = 400_000;
  const text = range(1, lines).map((n) => `0 I line ${n} ${'-'.repeat(80)}\n`);
  // Synchronously: the log sees it all at once.
  appendFileSync(file, text.join(''));
  await waitFor(async () => (await log.read(1))[0]?.seq === lines, { message: 'the last line' });
  expect(gaps).toHaveLength(1);
  const [{ seq, message } = { seq: 0, message: '' }] = gaps;
  const bytes = text.slice(0, seq).join('').length;
  expect(message).toMatch(new RegExp(`^${seq} lines \\(${bytes} bytes\\) were skipped`));
  expect(seqsOf(await log.read(20_000))).toEqual(range(lines - 19_999, lines));
  await using again = openPlainLog(file);
  expect(seqsOf(await again.read(20_000))).toEqual(range(lines - 19_999, lines));
});

async function bytesOf(file: string): Promise<number> {
  let bytes = 0;
  for (const path of [
    file,
    ...(await olderNumbers(file)).map((number) => olderFile(file, number)),
  ]) {
    bytes += await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
