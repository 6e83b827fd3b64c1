import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LogEntry } from '@llamactl/contract';
import { makeFakeCommand, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, openLab } from './lab.js';
import { smallDisk } from './storage/small-disk.js';

const within = { timeoutMs: deadlineMs };
const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;

/** What no terminal and no page shall get: control characters and halves of surrogate pairs. */
const unsafe = /[^\P{Cc}\t]|\p{Cs}/u;

/** Number of the last line of a flood that is known; 0 before the first. */
function lastFlooded(entries: readonly LogEntry[]): number {
  const numbers = entries.map(({ message }) => /^flood line (\d+) /.exec(message)?.[1] ?? '0');
  return Math.max(0, ...numbers.map(Number));
}

const floodMs = isFull ? 60_000 : 1_000;
test(`A19: while an instance floods its log for ${floodMs / 1_000} s it answers, and so does Llamactl`, {
  timeout: 180_000,
}, async () => {
  await using lab = await openLab({ backend: 'floods-log', maxLogFileBytes: 10_000_000 });
  const { llamactl } = lab;
  const { port } = await lab.run('a');
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const startedAt = performance.now();
  let answers = 0;
  let last = 0;
  while (performance.now() - startedAt < floodMs) {
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    expect(health.status).toBe(200);
    answers += 1;
    last = lastFlooded(await llamactl.logs('a', { lines: 10 }));
  }
  loop.disable();
  const delays = { p99: loop.percentile(99) / 1e6, most: loop.max / 1e6 };
  if (isFull) console.info('A19', { answers, lines: last, delays });
  expect(answers).toBeGreaterThan(1);
  expect(last).toBeGreaterThan(0);
  expect(delays.p99).toBeLessThan(isFull ? 100 : 1_000);
  await llamactl.stop('a');
  await llamactl.waitForStatus('a', 'stopped', within);
  const newest = await llamactl.logs('a', { lines: 10 });
  expect(lastFlooded(newest)).toBeGreaterThanOrEqual(last);
});

test('A20: an instance that writes 10 MB without a line end shows a part of it, and its next lines', async () => {
  await using lab = await openLab({ backend: 'long-lines', maxLogFileBytes: 1_000_000 });
  await lab.run('a');
  const find = async (text: string) =>
    (await lab.llamactl.logs('a')).find(({ message }) => message.startsWith(text));
  const last = await waitFor(() => find('second line after the long one'), within);
  expect(last).toMatchObject({ level: 'warn' });
  const long = await find('x'.repeat(1_000));
  expect(long?.message).toMatch(/^x+… \[9934\d{3} bytes cut\]$/);
  expect((await find('first line after the long one'))?.seq).toBe((long?.seq ?? 0) + 1);
});

test('A21: what is no text in a log is harmless, and the next line is as it was written', async () => {
  await using lab = await openLab({ backend: 'binary-log' });
  await lab.run('a');
  const entries = await lab.llamactl.logs('a', { lines: 10_000 });
  const messages = entries.map(({ message }) => message);
  expect(JSON.parse(JSON.stringify(entries))).toEqual(entries);
  expect(messages.filter((message) => unsafe.test(message))).toEqual([]);
  expect(messages).toContain('valid again: é ✓ 漢 🦙');
  expect(messages.some((message) => message.includes('red and bold'))).toBe(true);
  expect(messages).toContain('a carriage\uFFFDreturn, a \uFFFD byte, a bell \uFFFD');
});

test('A24: an instance goes on while its log has no room, an alert tells, and so does the log afterwards', {
  timeout: 60_000,
}, async (context) => {
  await using disk = await smallDisk(context, 4_000_000);
  const dataDir = join(disk.path, 'data');
  await mkdir(dataDir, { mode: 0o700 });
  await using dir = await tempDir();
  const linesPerSecond = 2_000;
  const command = await makeFakeCommand('floods-log', { dir: dir.path, linesPerSecond });
  await using lab = await openLab({ command, dataDir, statsIntervalMs: 100 });
  const { llamactl } = lab;
  const { pid, port } = await lab.run('a');
  const hasDiskAlert = () => llamactl.alerts().some(({ kind }) => kind === 'disk');
  const filling = join(disk.path, 'filling');
  await expect(writeFile(filling, 'x'.repeat(8_000_000))).rejects.toMatchObject({ code: 'ENOSPC' });
  await waitFor(hasDiskAlert, within);
  // Nothing more is written, for so many looks.
  const newest = async () => lastFlooded(await llamactl.logs('a', { lines: 10 }));
  let before = -1;
  let same = 0;
  await waitFor(async () => {
    const now = await newest();
    same = now === before ? same + 1 : 0;
    before = now;
    return same > 30;
  }, within);
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect(llamactl.get('a')).toMatchObject({ status: 'running', pid });

  await rm(filling);
  await waitFor(() => !hasDiskAlert(), within);
  const told = await waitFor(
    async () =>
      (await llamactl.logs('a', { lines: 10_000, level: 'warn' })).find(({ message }) =>
        message.startsWith('The disk was full'),
      ),
    within,
  );
  expect(told?.message).toMatch(/lines that were written then are missing$/);
  await waitFor(async () => (await newest()) > before + 1_000, within);
  expect(llamactl.get('a')).toMatchObject({ status: 'running', pid, restarts: 0 });
});
