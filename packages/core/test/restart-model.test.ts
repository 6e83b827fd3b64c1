import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceStatus, RestartPolicy } from '@llamactl/contract';
import { isAlive, processesWithMarker, tempDir, waitFor } from '@llamactl/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLlamactl, type Llamactl } from '../src/index.js';
import { settleAll } from '../src/support/settle-all.js';
import { cheapBackend } from './cheap-backend.js';
import { type FakeClock, fakeClock } from './fake-clock.js';
import { budgetBreaches, eventBreaches } from './invariants.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const sequences = isFull ? 20_000 : 1_000;
/** Sequences that run at the same time, each with a Llamactl and a clock of its own. */
const lanes = 10;

/** What an instance must look like. */
interface Model {
  status: InstanceStatus;
  policy: RestartPolicy;
  restarts: number;
  crashes: number;
  isPending: boolean;
  readySince: number;
}

const unstarted: Model = {
  status: 'stopped',
  policy: 'on_failure',
  restarts: 0,
  crashes: 0,
  isPending: false,
  readySince: 0,
};

interface Real {
  readonly llamactl: Llamactl;
  readonly clock: FakeClock;
  readonly name: string;
  /** Of the backend that was seen last. */
  lastPid: number;
  /** Makes the backend exit. */
  readonly exit: (code: number) => void;
}

/** Says that it is ready, and exits with the code that is written to a FIFO. */
const exitsAsTold = 'read code <"$1"; exit "$code"';

const within = { timeoutMs: 60_000 };

const reached = ({ llamactl, name }: Real, status: InstanceStatus) =>
  waitFor(
    () => {
      const found = llamactl.get(name);
      return found.status === status ? found : null;
    },
    { ...within, message: `${name} to be ${status}` },
  );

type Step = fc.AsyncCommand<Model, Real>;

/** A step, what it needs, and what it does to the model and to the real thing. */
function step(
  text: string,
  isPossible: (model: Model) => boolean,
  act: (model: Model, real: Real) => Promise<void>,
): Step {
  return {
    toString: () => text,
    check: isPossible,
    async run(model, real) {
      await act(model, real);
      const found = await reached(real, model.status);
      if (found.pid !== null) real.lastPid = found.pid;
      const { status, restarts, isPending } = model;
      expect({
        status: found.status,
        restarts: found.restarts,
        isPending: found.next_restart_at !== null,
        isLoop: found.failure === 'crash_loop',
        hasProcess: isAlive(real.lastPid),
      }).toEqual({
        ...{ status, restarts, isPending },
        isLoop: status === 'failed' && model.crashes >= 5 && model.policy !== 'never',
        hasProcess: status === 'running',
      });
    },
  };
}

function fail(model: Model, now: number): void {
  model.crashes = now - model.readySince >= 60_000 ? 1 : model.crashes + 1;
  model.status = 'failed';
  model.isPending = model.policy !== 'never' && model.crashes < 5;
}

function begin(model: Model, now: number): void {
  Object.assign(model, { status: 'running', isPending: false, readySince: now });
}

const isIdle = ({ status }: Model) => status !== 'running';
const isRunning = ({ status }: Model) => status === 'running';

const steps: Step[] = [
  step('start', isIdle, async (model, { llamactl, name, clock }) => {
    await llamactl.start(name);
    Object.assign(model, { restarts: 0, crashes: 0 });
    begin(model, clock.now());
  }),
  step('crash', isRunning, async (model, { exit, clock }) => {
    exit(3);
    fail(model, clock.now());
  }),
  step('exit with 0', isRunning, async (model, { exit, clock }) => {
    exit(0);
    if (model.policy === 'always') fail(model, clock.now());
    else Object.assign(model, { status: 'stopped', crashes: 0 });
  }),
  step(
    'wait for the restart',
    ({ isPending }) => isPending,
    async (model, real) => {
      const { next_restart_at } = real.llamactl.get(real.name);
      const aheadMs = Date.parse(next_restart_at ?? '') - real.clock.now();
      const plainMs = 1_000 * 2 ** (model.crashes - 1);
      expect(aheadMs).toBeGreaterThanOrEqual(plainMs * 0.8);
      expect(aheadMs).toBeLessThanOrEqual(plainMs * 1.2);
      real.clock.advance(aheadMs);
      model.restarts += 1;
      begin(model, real.clock.now());
    },
  ),
  step('run for a minute', isRunning, async (_, { clock }) => clock.advance(60_000)),
  step('run for less', isRunning, async (_, { clock }) => clock.advance(10_000)),
  step(
    'stop',
    ({ status }) => status !== 'stopped',
    async (model, { llamactl, name }) => {
      await llamactl.stop(name, { force: true });
      Object.assign(model, { status: 'stopped', isPending: false, crashes: 0 });
    },
  ),
  ...(['on_failure', 'always', 'never'] as const).map((policy) =>
    // What has failed for good stays so.
    step(
      `policy ${policy}`,
      ({ crashes }) => crashes < 5,
      async (model, { llamactl, name }) => {
        await llamactl.update(name, { restart_policy: policy });
        model.policy = policy;
        if (policy === 'never') model.isPending = false;
      },
    ),
  ),
];

/** What the names of the instances begin with. */
const prefix = `restart-model-${randomUUID()}-`;

async function runLane(lane: number): Promise<void> {
  await using dir = await tempDir();
  const clock = fakeClock();
  const llamactl = await createLlamactl({
    clock,
    backends: { shell: cheapBackend(exitsAsTold) },
    statsIntervalMs: 3_600_000,
  });
  const fifo = join(dir.path, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const exit = (code: number) => {
    const descriptor = openSync(fifo, 'w');
    writeSync(descriptor, `${code}\n`);
    closeSync(descriptor);
  };
  try {
    let count = 0;
    const property = fc.asyncProperty(
      fc.commands([fc.constantFrom(...steps)], { maxCommands: 12, size: 'max' }),
      async (commands) => {
        const name = `${prefix}${lane}-${count++}`;
        await llamactl.create({ name, backend: 'shell', model_path: fifo });
        const before = llamactl.feed.seq;
        const real: Real = { llamactl, clock, name, exit, lastPid: 0 };
        await fc.asyncModelRun(() => ({ model: { ...unstarted }, real }), commands);
        const events = (llamactl.feed.since(llamactl.feed.epoch, before) ?? []).filter(
          ({ type }) => type === 'instance_status_changed',
        );
        expect(eventBreaches(events.map((event, seq) => ({ ...event, seq })))).toEqual([]);
        expect(budgetBreaches(events)).toEqual([]);
        if (llamactl.get(name).status === 'running') {
          await llamactl.stop(name, { force: true });
          await llamactl.waitForStatus(name, 'stopped', within);
        }
        await llamactl.remove(name);
      },
    );
    await fc.assert(property, { numRuns: sequences / lanes, endOnFailure: true });
  } finally {
    await llamactl.dispose();
  }
}

test(`restarts are as the model says, over ${sequences} random sequences of what happens to an instance`, {
  timeout: isFull ? 7_200_000 : 600_000,
}, async () => {
  await settleAll(Array.from({ length: lanes }, (_, lane) => runLane(lane)));
  expect(processesWithMarker(`LLAMACTL_INSTANCE=${prefix}`)).toEqual([]);
});
