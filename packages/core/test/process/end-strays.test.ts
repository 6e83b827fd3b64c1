import { randomUUID } from 'node:crypto';
import { isAlive, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { endStrays, processesWithToken } from '../../src/process/end-strays.js';
import { startRun } from '../../src/process/start-run.js';
import { runFixture } from './run-fixture.js';

test('ends what carries the mark of its owner, but what is known and what is of others', async () => {
  await using runs = await runFixture();
  const owner = `${randomUUID()}-`;
  const start = (mark: string) => startRun({ ...runs.spec('/bin/sleep', ['60']), owner: mark });
  const [stray, known, foreign] = [await start(owner), await start(owner), await start('other-')];
  expect(stray.token.startsWith(owner)).toBe(true);
  const { found, left } = await endStrays(owner, new Set([known.token]));
  expect(left).toEqual([]);
  expect([...(found.get(stray.instance.toLowerCase()) ?? [])]).toContain(stray.pid);
  expect([stray, known, foreign].map(({ pid }) => isAlive(pid))).toEqual([false, true, true]);
  expect(processesWithToken((token) => token === known.token).length).toBeGreaterThan(0);
});

test('ends also one that ignores signals and has children in sessions of their own', async () => {
  await using runs = await runFixture();
  const owner = `${randomUUID()}-`;
  await runs.startShell('trap "" TERM; setsid sleep 60 & echo ready; wait', { owner });
  const left = () => processesWithToken((token) => token.startsWith(owner)).length;
  await waitFor(() => left() >= 2);
  expect(await endStrays(owner, new Set())).toMatchObject({ left: [] });
  expect(left()).toBe(0);
});
