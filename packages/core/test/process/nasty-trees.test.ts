import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { isAlive } from '@llamactl/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stopRun } from '../../src/process/stop-run.js';
import { settleAll } from '../../src/support/settle-all.js';
import { livingOf, runFixture } from './run-fixture.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const trees = isFull ? 1_000 : 30;
/** Stopped at the same time. */
const lanes = 6;

/** Processes of a tree, as lines of a shell program; NAP waits for its end. */
const parts = {
  child: 'NAP &',
  'child that forked twice': '(NAP &)',
  'session of its own': 'setsid NAP &',
  daemon: `(setsid sh -c 'NAP & NAP' &)`,
  'child that ignores SIGTERM': `sh -c 'trap "" TERM; NAP; NAP' &`,
  'session that ignores SIGTERM': `(setsid sh -c 'trap "" TERM; NAP; NAP' &)`,
  'child that stands still': 'NAP & kill -STOP $!',
  'session that ignores SIGTERM and stands still': `setsid sh -c 'trap "" TERM; kill -STOP $$; NAP' &`,
  zombie: `sh -c 'sleep 0 & exec NAP' &`,
  'child without our marker': `env -i PATH="$PATH" sh -c 'NAP; NAP' &`,
  'fork bomb of 31':
    'bomb() { [ $1 -le 0 ] || { bomb $(($1 - 1)) & bomb $(($1 - 1)) & }; NAP; }; bomb 4 &',
  'one that forks on while it is killed': `sh -c 'trap "" TERM; n=0; while [ $((n += 1)) -lt 100 ]; do setsid NAP & sleep 0.01; done' &`,
} as const;

/** What the first process does once all others are there. */
const leaders = {
  'heeds SIGTERM': 'exec NAP',
  'ignores SIGTERM': `trap '' TERM; NAP; NAP`,
  'ends by itself': 'exit 0',
  'stands still': 'kill -STOP $$; NAP',
} as const;

interface Tree {
  readonly parts: readonly (keyof typeof parts)[];
  readonly leader: keyof typeof leaders;
  readonly force: boolean;
}

const namesOf = <Name extends string>(table: Record<Name, string>) => Object.keys(table) as Name[];

const anyTree = fc
  .record<Tree>({
    parts: fc.shuffledSubarray(namesOf(parts), { minLength: 2, maxLength: 6 }),
    leader: fc.constantFrom(...namesOf(leaders)),
    force: fc.boolean(),
  })
  // By nothing can such a child be told from others once both its parent and the shim have gone.
  .filter(
    ({ parts: all, leader }) =>
      leader !== 'ends by itself' || !all.includes('child without our marker'),
  );

/** Pids of whatever has a text in its command line, whoever started it. */
function withCommand(part: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => commandOf(pid).includes(part) && isAlive(Number(pid)))
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended
  }
}

/** Starts a tree and stops it; says what lives then. */
async function stopTree(tree: Tree): Promise<void> {
  await using runs = await runFixture();
  // So that each process of it can be told, also one that has lost everything else.
  const mark = `3600.${randomInt(2 ** 40)}`;
  const lines = [...tree.parts.map((part) => parts[part]), 'echo ready', leaders[tree.leader]];
  await using _rest = {
    async [Symbol.asyncDispose]() {
      for (const pid of withCommand(mark)) process.kill(pid, 'SIGKILL');
    },
  };
  const run = await runs.startShell(lines.join('\n').replaceAll('NAP', `sleep ${mark}`));
  expect(withCommand(mark).length).toBeGreaterThan(0);
  const timeoutMs = 300;
  const report = await stopRun(run, { timeoutMs, force: tree.force, secondTermAfterMs: 100 });
  expect({ tree, living: livingOf(run), left: withCommand(mark) }).toEqual({
    ...{ tree, living: [], left: [] },
  });
  // One second more than the time it has is promised.
  expect(report.durationMs).toBeLessThan(20_000);
}

test(`A8: of ${trees} nasty trees nothing is left after a stop`, {
  timeout: isFull ? 1_800_000 : 120_000,
}, async () => {
  const left = fc.sample(anyTree, trees);
  const runLane = async () => {
    for (let tree = left.pop(); tree; tree = left.pop()) await stopTree(tree);
  };
  await settleAll(Array.from({ length: lanes }, runLane));
});
