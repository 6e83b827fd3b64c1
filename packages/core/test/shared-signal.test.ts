import { getEventListeners } from 'node:events';
import { waitFor } from '@llamactl/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

const warnings: string[] = [];
const note = ({ message }: Error) => warnings.push(message);
beforeEach(() => {
  warnings.length = 0;
  process.on('warning', note);
});
afterEach(() => process.off('warning', note));

test('a signal may end any number of follows and waits, and no warning is printed', async () => {
  await using lab = await openLab();
  await lab.run('a');
  const controller = new AbortController();
  const { signal } = controller;
  const begun = new Set<number>();
  const follow = async (number: number) => {
    for await (const _ of lab.llamactl.followLogs('a', { lines: 1, signal })) begun.add(number);
  };
  const follows = Array.from({ length: 30 }, (_, number) => follow(number));
  const waits = Array.from({ length: 30 }, () =>
    lab.llamactl.waitForStatus('a', 'failed', { signal }),
  );
  await waitFor(() => begun.size === 30, within);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  controller.abort('enough');
  await Promise.all(follows);
  const ends = await Promise.allSettled(waits);
  expect(new Set(ends.map((end) => end.status === 'rejected' && end.reason))).toEqual(
    new Set(['enough']),
  );
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  // A warning is emitted in a later turn than its cause.
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

test('any number may wait without a signal', async () => {
  await using lab = await openLab();
  await lab.create('a');
  const waits = Array.from({ length: 30 }, () => lab.llamactl.waitForStatus('a', 'running'));
  await new Promise(setImmediate);
  await lab.llamactl.start('a');
  await Promise.all(waits);
  expect(warnings).toEqual([]);
});
