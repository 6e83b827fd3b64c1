import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceDefinition } from '@llamactl/contract';
import { type SpawnedProgram, spawnProgram, waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram } from './build-program.js';
import {
  budgetBreaches,
  definitionBreaches,
  doubleBreaches,
  emptyTreeBreaches,
  eventBreaches,
  portBreaches,
  processesOf,
  runningBreaches,
} from './invariants.js';
import { type KeptHome, keptHome } from './kept-home.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const within = { timeoutMs: 60_000 };

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram(new URL('busy-app.ts', import.meta.url));
});
afterAll(() => program[Symbol.asyncDispose]());

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

async function startManager(
  { dataDir, command, model }: KeptHome,
  work: { steady: string[]; busy: string[] },
): Promise<SpawnedProgram> {
  const settings = JSON.stringify({ dataDir, command, model, ...work });
  return spawnProgram(process.execPath, [program.file, settings], {
    // What it starts is to outlive it, so the tree of this program must not be killed with it.
    env: { PATH: process.env.PATH },
  });
}

/** The values that are right for each name by what a killed manager said; null for "not there". */
type Known = Map<string, Set<number | null>>;

/** Takes over what a manager said it did. What was tried and not acknowledged may have come about or not. */
function learn(known: Known, output: string): void {
  const open = new Map<string, [operation: string, value: number]>();
  const outcomeOf = (operation: string, value: number) => (operation === 'remove' ? null : value);
  for (const line of output.split('\n')) {
    const [what, operation = '', name = '', text = ''] = line.split(' ');
    if (!['create', 'update', 'remove'].includes(operation)) continue;
    if (what === 'try') open.set(name, [operation, Number(text)]);
    else open.delete(name);
    if (what === 'done') known.set(name, new Set([outcomeOf(operation, Number(text))]));
  }
  for (const [name, [operation, value]] of open) {
    known.set(name, new Set([...(known.get(name) ?? [null]), outcomeOf(operation, value)]));
  }
}

function rightDefinitions(known: Known, steady: readonly string[]) {
  const right = new Map<string, (found: InstanceDefinition) => boolean>();
  for (const name of steady) right.set(name, () => true);
  for (const [name, values] of known) {
    if (values.has(null)) continue;
    right.set(name, ({ options }) => values.has(Number(options.seed)));
  }
  return right;
}

test('kill -9 of a manager under load loses no definition, leaves no orphan and no double, and restarts nothing that is well', {
  timeout: isFull ? 7_200_000 : 300_000,
}, async () => {
  await using home = await keptHome('real');
  const steady = numbered('steady', 5);
  const busy = numbered('busy', 5);
  const known: Known = new Map();
  let pids: string | undefined;
  for (let round = 0; round < (isFull ? 1_000 : 8); round++) {
    const manager = await startManager(home, { steady, busy });
    await manager.waitForLine(/^ready/, within);
    await delay(randomInt(round % 3 === 0 ? 40 : 600));
    await manager.kill('SIGKILL');
    learn(known, manager.stdout);

    const llamactl = await home.open();
    const list = llamactl.list();
    const settled = () =>
      llamactl.list().every(({ status }) => !['starting', 'stopping'].includes(status));
    await waitFor(settled, within);
    const processes = processesOf(home.owner);
    const events = llamactl.feed.since(llamactl.feed.epoch, 0) ?? [];
    expect({
      round,
      definitions: definitionBreaches(list, rightDefinitions(known, steady)),
      doubles: doubleBreaches(processes),
      running: await runningBreaches(llamactl),
      orphans: emptyTreeBreaches(llamactl.list(), processes),
      ports: portBreaches(list),
      events: eventBreaches(events),
      budget: budgetBreaches(events),
    }).toEqual({
      round,
      ...{
        definitions: [],
        doubles: [],
        running: [],
        orphans: [],
        ports: [],
        events: [],
        budget: [],
      },
    });
    // What is there now is what the next round begins with.
    for (const name of busy) known.set(name, new Set([null]));
    for (const { name, options } of llamactl.list()) {
      if (busy.includes(name)) known.set(name, new Set([Number(options.seed)]));
    }
    const now = JSON.stringify(steady.map((name) => [name, llamactl.get(name).pid]));
    pids ??= now;
    expect(now).toBe(pids);
    await llamactl.dispose();
  }
});

test('adopts 20 live instances, whatever the moment of the crash, and can stop them all', {
  timeout: isFull ? 3_600_000 : 300_000,
}, async () => {
  await using home = await keptHome('real');
  const steady = numbered('a', 20);
  let pids: string | undefined;
  const openedMs: number[] = [];
  for (let round = 0; round < (isFull ? 100 : 2); round++) {
    const manager = await startManager(home, { steady, busy: [] });
    await manager.waitForLine(/^ready/, { timeoutMs: 120_000 });
    if (round > 0) openedMs.push(Number(/^opened (\d+)/m.exec(manager.stdout)?.[1]));
    await manager.kill('SIGKILL');
    const llamactl = await home.open();
    const list = llamactl.list();
    expect(list.map(({ status }) => status)).toEqual(steady.map(() => 'running'));
    const now = JSON.stringify(list.map(({ pid }) => pid));
    pids ??= now;
    expect(now).toBe(pids);
    await llamactl.dispose();
  }
  openedMs.sort((a, b) => a - b);
  console.log(`a manager that takes over 20 instances is ready after (ms): ${openedMs.join(' ')}`);
  await using last = await home.open({ onShutdown: 'stop' });
  expect(await runningBreaches(last)).toEqual([]);
  await last.stopAll();
  await Promise.all(steady.map((name) => last.waitForStatus(name, 'stopped', within)));
  expect(home.processes()).toEqual([]);
});

test('a completion that streams from an instance outlives the manager, and the start of the next', {
  timeout: 120_000,
}, async () => {
  await using home = await keptHome('real');
  const manager = await startManager(home, { steady: ['a'], busy: [] });
  await manager.waitForLine(/^ready/, within);
  const probe = await home.open().catch((error: { code?: string }) => error.code);
  expect(probe).toBe('DATA_DIR_LOCKED');
  await manager.kill('SIGKILL');
  let llamactl = await home.open();
  const { port } = llamactl.get('a');
  const answer = await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'Once', n_predict: 100_000, stream: true, ignore_eos: true }),
  });
  const reader = answer.body?.getReader();
  const readMore = async () => {
    const { done, value } = (await reader?.read()) ?? { done: true };
    expect(done).toBe(false);
    return value?.length ?? 0;
  };
  await readMore();
  await llamactl.dispose();
  const next = await startManager(home, { steady: ['a'], busy: [] });
  for (let read = 0; read < 20; read++) expect(await readMore()).toBeGreaterThan(0);
  await next.waitForLine(/^ready/, within);
  for (let read = 0; read < 20; read++) expect(await readMore()).toBeGreaterThan(0);
  await next.kill('SIGKILL');
  for (let read = 0; read < 20; read++) expect(await readMore()).toBeGreaterThan(0);
  llamactl = await home.open({ onShutdown: 'stop' });
  for (let read = 0; read < 20; read++) expect(await readMore()).toBeGreaterThan(0);
  await reader?.cancel();
  await llamactl.dispose();
  expect(home.processes()).toEqual([]);
});
