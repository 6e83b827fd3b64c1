import { freePort } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram } from './build-program.js';
import { runningBreaches } from './invariants.js';
import { keptHome } from './kept-home.js';
import { numbered, startManager } from './killable-app.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const rounds = isFull ? 100 : 5;
const within = { timeoutMs: 120_000 };

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram(new URL('busy-app.ts', import.meta.url));
});
afterAll(() => program[Symbol.asyncDispose]());

test(`adopts 20 live instances ${rounds} times after a crash, and can stop them all`, {
  timeout: isFull ? 3_600_000 : 300_000,
}, async () => {
  await using home = await keptHome('real');
  const steady = numbered('a', 20);
  let pids: string | undefined;
  const openedMs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const manager = await startManager(program, home, { steady, busy: [] });
    await manager.waitForLine(/^ready/, within);
    await manager.kill('SIGKILL');
    const now = /^pids (.*)$/m.exec(manager.stdout)?.[1];
    pids ??= now;
    expect(now).toBe(pids);
    if (round > 0) openedMs.push(Number(/^opened (\d+)/m.exec(manager.stdout)?.[1]));
  }
  openedMs.sort((a, b) => a - b);
  const p99 = openedMs[Math.ceil(0.99 * openedMs.length) - 1];
  console.log(
    `a manager that takes over 20 instances, ${rounds} times: ready after ${openedMs[0]} to ${p99} ms (p99)`,
  );
  await using last = await home.open({ onShutdown: 'stop' });
  expect(await runningBreaches(last)).toEqual([]);
  expect(JSON.stringify(steady.map((name) => last.get(name).pid))).toBe(pids);
  await last.stopAll();
  await Promise.all(steady.map((name) => last.waitForStatus(name, 'stopped', within)));
  expect(home.processes()).toEqual([]);
});

test('a completion that streams from an instance outlives the manager, and the start of the next', {
  timeout: 120_000,
}, async () => {
  await using home = await keptHome('real');
  const port = await freePort();
  {
    const first = await home.open();
    const options = { threads: 1 };
    await first.create({ name: 'a', model_path: home.model, port, options });
    await first.dispose();
  }
  const manager = await startManager(program, home, { steady: ['a'], busy: [] });
  await manager.waitForLine(/^ready/, within);
  await expect(home.open()).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
  const answer = await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'Once', n_predict: 100_000, stream: true, ignore_eos: true }),
  });
  const reader = answer.body?.getReader();
  const readOn = async () => {
    for (let read = 0; read < 20; read++) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      expect(done).toBe(false);
      expect(value?.length).toBeGreaterThan(0);
    }
  };
  await readOn();
  await manager.kill('SIGKILL');
  await readOn();
  const next = await startManager(program, home, { steady: ['a'], busy: [] });
  await readOn();
  await next.waitForLine(/^ready/, within);
  await readOn();
  await next.kill('SIGKILL');
  const last = await home.open();
  await readOn();
  // The client stays: a stop is to work all the same.
  await last.stop('a', { timeoutMs: 1_000 });
  await last.waitForStatus('a', 'stopped', within);
  await reader?.cancel().catch(() => undefined);
  await last.dispose();
  expect(home.processes()).toEqual([]);
});
