import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Llamactl } from '../src/index.js';
import { settleAll } from '../src/support/settle-all.js';
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
import { type Known, learn, numbered, rightDefinitions, startManager } from './killable-app.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const kills = isFull ? 1_000 : 30;
/** Data folders that are worked on at the same time, each with ten instances. */
const lanes = 3;
const within = { timeoutMs: 60_000 };

const steady = numbered('steady', 5);
const busy = numbered('busy', 5);

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram(new URL('busy-app.ts', import.meta.url));
});
afterAll(() => program[Symbol.asyncDispose]());

/** Kills a manager at a random moment: while it starts, or soon or later after it was ready. */
async function killManager(home: KeptHome, round: number): Promise<string> {
  const manager = await startManager(program, home, { steady, busy });
  if (round % 3 === 1) {
    await delay(randomInt(400));
  } else {
    await manager.waitForLine(/^ready/, within);
    await delay(randomInt(round % 3 === 0 ? 40 : 600));
  }
  await manager.kill('SIGKILL');
  return manager.stdout;
}

/** Waits until nothing is under way any more, starts that an earlier manager owed included. */
async function settle(llamactl: Llamactl): Promise<void> {
  const isSettled = () =>
    llamactl.list().every(({ status }) => !['starting', 'stopping'].includes(status));
  await waitFor(isSettled, within);
  // Whatever was to be done before has been done when these answer.
  await Promise.all(llamactl.list().map(({ name }) => llamactl.update(name, {})));
  await waitFor(isSettled, within);
}

/**
 * Breaches that do not pass: a shell that has told how its backend ended takes a moment to end itself, and a process
 * that is started is there a moment before the state tells so.
 */
async function lasting(look: () => string[]): Promise<string[]> {
  await waitFor(() => look().length === 0, { timeoutMs: 5_000 }).catch(() => undefined);
  return look();
}

/** All invariants that a crash could break. */
async function breachesOf(llamactl: Llamactl, { owner }: KeptHome, known: Known) {
  await settle(llamactl);
  const list = llamactl.list();
  const processes = processesOf(owner);
  // Numbered anew, as those between that told figures are not kept.
  const events = (llamactl.feed.since(llamactl.feed.epoch, 0) ?? []).map((event, seq) => ({
    ...event,
    seq,
  }));
  return {
    definitions: definitionBreaches(list, rightDefinitions(known, steady)),
    doubles: doubleBreaches(processes),
    orphans: await lasting(() => emptyTreeBreaches(llamactl.list(), processesOf(owner))),
    ports: portBreaches(list),
    events: eventBreaches(events),
    budget: budgetBreaches(events),
    running: await runningBreaches(llamactl),
  };
}

const none = {
  ...{ definitions: [], doubles: [], running: [], orphans: [], ports: [], events: [], budget: [] },
  restarted: [],
};

/** Kills and looks again and again; returns how many processes of steady instances were seen to go on. */
async function runLane(rounds: number): Promise<void> {
  await using home = await keptHome('real');
  const known: Known = new Map();
  const pids = new Map<string, number | null>();
  for (let round = 0; round < rounds; round++) {
    learn(known, await killManager(home, round));
    const llamactl = await home.open();
    const breaches = await breachesOf(llamactl, home, known);
    const restarted = steady.filter((name) => {
      const { pid } = llamactl.get(name);
      const before = pids.get(name) ?? pid;
      pids.set(name, pid);
      return pid === null || pid !== before;
    });
    expect({ round, ...breaches, restarted }).toEqual({ round, ...none });
    // What is there now is what the next round begins with.
    for (const name of busy) known.set(name, new Set([null]));
    for (const { name, options } of llamactl.list()) {
      if (busy.includes(name)) known.set(name, new Set([Number(options.seed)]));
    }
    await llamactl.dispose();
  }
}

test(`B1, B3, B4: ${kills} times kill -9 of a manager under load loses no definition, leaves no orphan and no double, and restarts nothing that is well`, {
  timeout: isFull ? 7_200_000 : 300_000,
}, async () => {
  const rounds = Math.ceil(kills / lanes);
  await settleAll(Array.from({ length: lanes }, () => runLane(rounds)));
  console.log(
    `${rounds * lanes} kills of a manager with 10 instances: definitions lost or corrupt 0, orphans 0, doubles 0, healthy instances restarted 0`,
  );
});
