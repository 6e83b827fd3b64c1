import type { LogEntry } from '@llamactl/contract';
import { makeFakeCommand, tempDir, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

/** What a follow has given so far, and its end. */
function collect(follow: AsyncIterable<LogEntry>) {
  const entries: LogEntry[] = [];
  const ended = (async () => {
    for await (const entry of follow) entries.push(entry);
  })();
  return { entries, ended };
}

test('W7: a follow is open while the log is rotated and until the instance is deleted, and no numbered line is lost or repeated', {
  timeout: 120_000,
}, async () => {
  await using dir = await tempDir();
  const lines = 10_000;
  const command = await makeFakeCommand('floods-log', {
    dir: dir.path,
    lines,
    linesPerSecond: 20_000,
  });
  await using lab = await openLab({ command, maxLogFileBytes: 500_000, maxLogFiles: 3 });
  await lab.create('a');
  const { entries, ended } = collect(lab.llamactl.followLogs('a', { lines: 10_000 }));
  const numbers = () =>
    entries.flatMap(({ message }) => /flood line (\d+)/.exec(message)?.[1] ?? []).map(Number);
  for (let run = 0; run < 2; run++) {
    await lab.llamactl.start('a');
    await lab.llamactl.waitForStatus('a', 'running', within);
    await waitFor(() => entries.at(-1)?.message.includes(`flood line ${lines} `) ?? false, {
      timeoutMs: 60_000,
      message: 'the last line',
    });
    await lab.llamactl.stop('a');
    await lab.llamactl.waitForStatus('a', 'stopped', within);
    expect(numbers().length).toBe((run + 1) * lines);
  }
  await lab.llamactl.remove('a');
  await ended;
  const once = Array.from({ length: lines }, (_, index) => index + 1);
  expect(numbers()).toEqual([...once, ...once]);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
});

test('a follow ends when Llamactl is disposed', async () => {
  await using lab = await openLab();
  await lab.run('a');
  const { entries, ended } = collect(lab.llamactl.followLogs('a', { lines: 1 }));
  // One line more may have come meanwhile.
  await waitFor(() => entries.length > 0, within);
  await lab.llamactl.dispose();
  await ended;
});

test('to follow an instance that does not exist, or with wrong options, is refused at once', async () => {
  await using lab = await openLab();
  await lab.create('a');
  const code = (value: string) => expect.objectContaining({ code: value });
  expect(() => lab.llamactl.followLogs('b')).toThrow(code('INSTANCE_NOT_FOUND'));
  for (const lines of [-1, 0.5, 10_001]) {
    expect(() => lab.llamactl.followLogs('a', { lines })).toThrow(code('VALIDATION_FAILED'));
  }
  const after = { epoch: 'e', seq: -1 };
  expect(() => lab.llamactl.followLogs('a', { after })).toThrow(code('VALIDATION_FAILED'));
});
