import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceStatus } from '@llamactl/contract';
import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createEmitter } from '../../src/events/emitter.js';
import type { LlamactlEvents } from '../../src/events/events.js';
import { type Startable, StartQueue } from '../../src/instance/start-queue.js';

/** Instances that take some random time for each step, and a queue for them. */
function open(count: number, outcome: (index: number) => InstanceStatus | 'refused') {
  const events = createEmitter<LlamactlEvents>();
  const seen = { mostLoading: 0, tries: 0 };
  const loading = () => fakes.filter(({ status }) => status === 'starting').length;
  const move = (fake: Startable & { status: InstanceStatus }, to: InstanceStatus) => {
    const previous_status = fake.status;
    fake.status = to;
    seen.mostLoading = Math.max(seen.mostLoading, loading());
    events.emit('instance_status_changed', { instance: {}, previous_status } as never);
  };
  const fakes = Array.from({ length: count }, (_, index) => {
    const fake = {
      status: 'stopped' as InstanceStatus,
      async startIfIdle() {
        seen.tries++;
        await delay(randomInt(4));
        const end = outcome(index);
        if (end === 'refused') throw new Error(`refused ${index}`);
        move(fake, 'starting');
        void delay(randomInt(4)).then(() => move(fake, end));
        return true;
      },
    };
    return fake;
  });
  return { fakes, seen, queue: new StartQueue({ parallelism: 3, countLoading: loading, events }) };
}

test('never more than the given number load, whatever becomes of them, and all get their turn', async () => {
  const ends = ['running', 'failed', 'stopping', 'refused'] as const;
  const { fakes, seen, queue } = open(200, (index) => ends[index % 4] ?? 'running');
  await queue.add(fakes, () => {});
  await waitFor(() => seen.tries === 200 && !fakes.some((fake) => queue.has(fake)), {
    timeoutMs: 30_000,
  });
  await waitFor(() => !fakes.some(({ status }) => status === 'starting'), { timeoutMs: 10_000 });
  expect(seen.mostLoading).toBe(3);
});

test('add waits for the starts there is room for, and tells the refused ones', async () => {
  const { fakes, queue } = open(10, (index) => (index < 4 ? 'refused' : 'running'));
  const refused: string[] = [];
  await queue.add(fakes, (_, error) => refused.push(String(error)));
  expect(refused.sort()).toEqual([0, 1, 2, 3].map((index) => `Error: refused ${index}`));
  expect(fakes.slice(4, 7).map(({ status }) => status)).not.toContain('stopped');
});

test('what is forgotten is not started', async () => {
  const { fakes, seen, queue } = open(6, () => 'running');
  const added = queue.add(fakes, () => {});
  const [first, , , fourth] = fakes;
  if (!first || !fourth) throw new Error('there are six');
  expect([queue.has(first), queue.forget(first)]).toEqual([true, false]);
  expect([queue.has(fourth), queue.forget(fourth), queue.has(fourth)]).toEqual([true, true, false]);
  await added;
  queue.clear();
  await waitFor(() => !fakes.some((fake) => queue.has(fake)), { timeoutMs: 10_000 });
  expect(fourth.status).toBe('stopped');
  expect(seen.tries).toBeLessThan(6);
});
