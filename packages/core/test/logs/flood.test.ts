import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { floodLog } from './flood-figures.js';
import { range, seqsOf } from './log-file.js';
import { openPlainLog } from './plain-log.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;

const floodMs = isFull ? 60_000 : 1_500;
test(`A19: a writer that is faster than it can be read, for ${floodMs / 1_000} s, is borne: what is skipped is told`, {
  timeout: 180_000,
}, async () => {
  await using dir = await tempDir();
  const maxFileBytes = 10_000_000;
  const flood = { lines: 0, forMs: floodMs, bytesPerSecond: 0, maxFileBytes, maxFiles: 2 };
  const figures = await floodLog({ ...flood, file: join(dir.path, 'a.log') });
  if (isFull) console.info('A19', figures);
  expect(figures.wrong).toBe(0);
  // Generous: a busy machine makes everybody wait.
  expect(figures.loopDelayP99Ms).toBeLessThan(isFull ? 100 : 1_000);
  if (!isFull) return;
  expect(figures.grownMegabytes).toBeLessThan(100);
  // A second of the flow beyond what is allowed, on a machine that has nothing else to do.
  const flow = figures.megabytesPerSecond * 1e6;
  expect(figures.mostDiskBytes).toBeLessThan(2 * maxFileBytes + 3 * flow);
});

// Few enough bytes in each run that nothing is ever skipped, however busy the machine is.
const numbered = isFull ? 1_000_000 : 150_000;
test.each([5, 10, 20])(
  `A19: of lines at %i MB/s none is missing`,
  {
    timeout: 300_000,
  },
  async (rate) => {
    await using dir = await tempDir();
    const lines = isFull ? numbered : (numbered * rate) / 20;
    const limits = { forMs: 250_000, bytesPerSecond: rate * 1e6, maxFileBytes: 2_000_000 };
    const figures = await floodLog({ file: join(dir.path, 'a.log'), lines, ...limits });
    if (isFull) console.info(`A19 at ${rate} MB/s`, figures);
    expect(figures).toMatchObject({ lines, wrong: 0, skippedLines: 0 });
    if (isFull) expect(figures.grownMegabytes).toBeLessThan(50);
  },
);

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
