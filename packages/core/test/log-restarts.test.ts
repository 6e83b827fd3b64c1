import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { makeFakeCommand, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { llamaCpp } from '../src/index.js';
import { olderFile, olderNumbers } from '../src/logs/log-files.js';
import { keptHome } from './kept-home.js';
import { deadlineMs } from './lab.js';
import { linesOf } from './logs/log-file.js';

const within = { timeoutMs: deadlineMs };

/** Number of the flood's line that an entry, or a line, holds; null for any other. */
function floodNumber(text: string): number | null {
  const number = /flood line (\d+) -+$/.exec(text)?.[1];
  return number === undefined ? null : Number(number);
}

/** By how much the numbers of entries are above those of the flood's lines: one value where none is missing. */
function shifts(entries: readonly LogEntry[]): number[] {
  const all = entries.map(({ seq, message }) => seq - (floodNumber(message) ?? Number.NaN));
  return [...new Set(all.filter((shift) => !Number.isNaN(shift)))];
}

test('A19: no numbered line is missing over rotations and managers, also while there is none, and all can be read when it is stopped', {
  timeout: 90_000,
}, async () => {
  await using home = await keptHome();
  await using dir = await tempDir();
  const lines = 30_000;
  const command = await makeFakeCommand('floods-log', {
    dir: dir.path,
    lines,
    linesPerSecond: 15_000,
  });
  const backends = { 'llama-cpp': llamaCpp({ command }) };
  const options = { backends, maxLogFileBytes: 300_000, maxLogFiles: 50 };
  const file = join(home.dataDir, 'logs', 'a.log');

  const first = await home.open(options);
  await first.create({ name: 'a', model_path: home.model });
  await first.start('a');
  await first.waitForStatus('a', 'running', within);
  const newestOf = async (of: typeof first) =>
    floodNumber((await of.logs('a', { lines: 1 }))[0]?.message ?? '') ?? 0;
  await waitFor(async () => (await newestOf(first)) > 5_000, within);
  await first.dispose();
  const leftAt = floodNumber((await linesOf(file)).at(-1) ?? '') ?? 0;
  // Goes on although nobody looks.
  await waitFor(async () => {
    const end = (await readFile(file, 'utf8')).slice(-2_000);
    const numbers = end.split('\n').map((line) => floodNumber(line) ?? 0);
    return Math.max(...numbers) > Math.min(leftAt + 3_000, lines - 1);
  }, within);

  const second = await home.open(options);
  await waitFor(async () => (await newestOf(second)) === lines, within);
  const whileItRuns = await second.logs('a', { lines: 10_000 });
  await second.stop('a');
  await second.waitForStatus('a', 'stopped', within);
  await second.dispose();

  await using third = await home.open(options);
  const afterwards = await third.logs('a', { lines: 10_000 });
  const texts = (entries: LogEntry[]) => entries.map(({ seq, message }) => `${seq} ${message}`);
  expect(texts(afterwards)).toEqual(expect.arrayContaining(texts(whileItRuns.slice(-1_000))));
  const all = shifts([...whileItRuns, ...afterwards]);
  expect(all).toHaveLength(1);

  const older = (await olderNumbers(file)).reverse().map((number) => olderFile(file, number));
  expect(older.length).toBeGreaterThan(0);
  const kept = (await Promise.all([...older, file].map(linesOf))).flat();
  const numbers = kept.map(floodNumber).filter((number) => number !== null);
  expect(numbers).toEqual(Array.from({ length: lines }, (_, index) => index + 1));
});
