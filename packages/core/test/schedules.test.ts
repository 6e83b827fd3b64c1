import { randomUUID } from 'node:crypto';
import type { InstanceDefinition } from '@llamactl/contract';
import { ownPorts, processesWithMarker, waitFor } from '@llamactl/testkit';
import fc, { type Scheduler } from 'fast-check';
import { expect, test } from 'vitest';
import { type Backend, createLlamactl, type Llamactl, LlamactlError } from '../src/index.js';
import type { InstanceStore } from '../src/storage/instance-store.js';
import { createMemoryStore } from '../src/storage/memory-store.js';
import { settleAll } from '../src/support/settle-all.js';
import { cheapBackend } from './cheap-backend.js';
import {
  budgetBreaches,
  definitionBreaches,
  eventBreaches,
  openOperationBreaches,
  portBreaches,
} from './invariants.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const schedules = isFull ? 6_000 : 300;
/** Llamactls that are tried at the same time. */
const lanes = 5;
const within = { timeoutMs: 60_000 };
const prefix = `schedules-${randomUUID()}-`;

/** Lets a scheduler say when something goes on; what comes while there is none goes on at once. */
class Gate {
  scheduler: Scheduler | null = null;

  async pass(label: string): Promise<void> {
    await this.scheduler?.schedule(Promise.resolve(), label);
  }
}

function gatedStore(gate: Gate): InstanceStore {
  const store = createMemoryStore();
  return {
    ...store,
    async put(definition) {
      await gate.pass(`put ${definition.name}`);
      await store.put(definition);
      await gate.pass(`${definition.name} was put`);
    },
    async delete(name) {
      await gate.pass(`delete ${name}`);
      await store.delete(name);
    },
  };
}

function gatedBackend(gate: Gate): Backend {
  const backend = cheapBackend();
  return {
    ...backend,
    async launch(...input) {
      await gate.pass('launch');
      return backend.launch(...input);
    },
    async probe(...where) {
      await gate.pass('probe');
      return backend.probe(...where);
    },
  };
}

const operationNames = ['create', 'update', 'start', 'stop', 'restart', 'remove'] as const;
type OperationName = (typeof operationNames)[number];

/** One operation on one of two instances; `seed` is what an update or a create leaves. */
interface Operation {
  readonly what: OperationName;
  readonly on: 0 | 1;
  readonly seed: number;
}

const anyOperations = fc.array(
  fc.record<Operation>({
    what: fc.constantFrom(...operationNames, 'start' as const, 'stop' as const),
    on: fc.constantFrom(0 as const, 1 as const),
    seed: fc.nat(1_000_000),
  }),
  { minLength: 3, maxLength: 6, size: 'max' },
);

function perform(llamactl: Llamactl, name: string, { what, seed }: Operation): Promise<unknown> {
  const options = { seed };
  if (what === 'create') return llamactl.create({ name, model_path: '/m', options });
  if (what === 'update') return llamactl.update(name, { options });
  return llamactl[what](name);
}

/** What is right once everything was answered, by what was accepted, in that order. */
interface Expected {
  isThere: boolean;
  isRunning: boolean;
  /** Of the creates and updates that were accepted; the last of them counts. */
  seed: number | null;
}

function accept(expected: Expected, { what, seed }: Operation): void {
  if (what === 'create') expected.isThere = true;
  if (what === 'create' || what === 'update') expected.seed = seed;
  if (what === 'start' || what === 'restart') expected.isRunning = true;
  if (what === 'stop') expected.isRunning = false;
  if (what === 'remove') Object.assign(expected, { isThere: false, isRunning: false, seed: null });
}

interface Lane {
  readonly llamactl: Llamactl;
  readonly store: InstanceStore;
  readonly gate: Gate;
}

/** Runs operations at once, in the order that the scheduler wants; says what came of it. */
async function runSchedule(
  { llamactl, gate }: Lane,
  { scheduler, operations }: { scheduler: Scheduler; operations: readonly Operation[] },
  names: readonly [string, string],
): Promise<ReadonlyMap<string, Expected>> {
  const expected = new Map<string, Expected>();
  for (const name of names) {
    await llamactl.create({ name, model_path: '/m', options: { seed: 0 } });
    expected.set(name, { isThere: true, isRunning: false, seed: 0 });
  }
  gate.scheduler = scheduler;
  const open = new Set<string>();
  const ends = operations.map(async (operation, index) => {
    const name = names[operation.on];
    const label = `${index} ${operation.what} ${name}`;
    open.add(label);
    await gate.pass(label);
    try {
      await perform(llamactl, name, operation);
      accept(expected.get(name) as Expected, operation);
    } catch (error) {
      if (!LlamactlError.is(error) || error.code === 'INTERNAL_ERROR') throw error;
    } finally {
      open.delete(label);
    }
  });
  await scheduler.waitFor(Promise.all(ends));
  gate.scheduler = null;
  await scheduler.waitIdle();
  expect(openOperationBreaches(open)).toEqual([]);
  return expected;
}

async function check({ llamactl, store }: Lane, expected: ReadonlyMap<string, Expected>) {
  for (const [name, { isThere, isRunning }] of expected) {
    if (!isThere) continue;
    const status = isRunning ? 'running' : 'stopped';
    await waitFor(() => llamactl.get(name).status === status, {
      ...within,
      message: `${name} to be ${status}`,
    });
  }
  const there = [...expected].filter(([, { isThere }]) => isThere);
  const right = new Map(
    there.map(([name, { seed }]) => [
      name,
      ({ options }: InstanceDefinition) => options.seed === seed,
    ]),
  );
  const list = llamactl.list();
  const stored = await store.load();
  expect(list.map(({ name }) => name).sort()).toEqual(there.map(([name]) => name).sort());
  expect(stored.map(({ name }) => name).sort()).toEqual(there.map(([name]) => name).sort());
  expect(definitionBreaches(list, right)).toEqual([]);
  expect(stored.filter((found) => !right.get(found.name)?.(found))).toEqual([]);
  expect(portBreaches(list)).toEqual([]);
}

async function runLane(lane: number): Promise<void> {
  const gate = new Gate();
  const store = gatedStore(gate);
  const llamactl = await createLlamactl({
    store,
    backends: { 'llama-cpp': gatedBackend(gate) },
    portRange: ownPorts(),
    statsIntervalMs: 3_600_000,
  });
  let count = 0;
  const property = fc.asyncProperty(
    fc.scheduler(),
    anyOperations,
    async (scheduler, operations) => {
      const round = `${prefix}${lane}-${count++}`;
      const before = llamactl.feed.seq;
      const names = [`${round}-x`, `${round}-y`] as const;
      const parts = { llamactl, store, gate };
      await check(parts, await runSchedule(parts, { scheduler, operations }, names));
      const events = llamactl.feed.since(llamactl.feed.epoch, before) ?? [];
      const moves = events.filter(({ type }) => type === 'instance_status_changed');
      // A name may have been removed and made again, which is no move.
      expect(eventBreaches(moves.map((event, seq) => ({ ...event, seq })))).toEqual([]);
      expect(budgetBreaches(moves)).toEqual([]);
      await llamactl.stopAll({ force: true });
      for (const { name } of llamactl.list()) {
        await llamactl.waitForStatus(name, 'stopped', within);
        await llamactl.remove(name);
      }
    },
  );
  try {
    await fc.assert(property, { numRuns: schedules / lanes, endOnFailure: true });
  } finally {
    gate.scheduler = null;
    await llamactl.dispose();
  }
}

test(`operations at once end as their order says, over ${schedules} random schedules`, {
  timeout: isFull ? 3_600_000 : 300_000,
}, async () => {
  await settleAll(Array.from({ length: lanes }, (_, lane) => runLane(lane)));
  expect(processesWithMarker(`LLAMACTL_INSTANCE=${prefix}`)).toEqual([]);
});
