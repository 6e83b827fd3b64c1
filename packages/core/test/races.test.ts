import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, processesWithMarker, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, type Lab, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

/** Resolves when an instance has settled; gives its state. */
async function settled({ llamactl }: Lab, name: string): Promise<string> {
  const isSettled = () => !['starting', 'stopping'].includes(llamactl.get(name).status);
  await waitFor(async () => {
    if (!isSettled()) return false;
    // Whatever was asked for before has been done when this answers.
    await llamactl.update(name, {});
    return isSettled();
  }, within);
  return llamactl.get(name).status;
}

test('C2: of starts and stops at once the last one that was accepted wins, and there is never a second process', {
  timeout: 120_000,
}, async () => {
  await using lab = await openLab();
  const name = `c2-${randomUUID()}`;
  await lab.create(name);
  const overlaps: string[] = [];
  let lastPid = 0;
  lab.llamactl.on('instance_status_changed', ({ instance: { status, pid } }) => {
    if (status !== 'starting' || pid === null) return;
    if (lastPid > 0 && isAlive(lastPid)) overlaps.push(`${lastPid} lives, ${pid} starts`);
    lastPid = pid;
  });
  for (let round = 0; round < 40; round++) {
    const accepted: string[] = [];
    const operations = ['start', 'stop', 'restart'] as const;
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const operation = operations[randomInt(3)] ?? 'start';
        await delay(randomInt(60));
        const done = lab.llamactl[operation](name);
        await done.then(
          () => accepted.push(operation),
          () => undefined,
        );
      }),
    );
    const expected = accepted.at(-1);
    const status = await settled(lab, name);
    if (expected) expect(status).toBe(expected === 'stop' ? 'stopped' : 'running');
    const alive = processesWithMarker(`LLAMACTL_INSTANCE=${name}`);
    if (status === 'stopped') expect(alive).toEqual([]);
  }
  expect(overlaps).toEqual([]);
  expect(lab.moves.length).toBeGreaterThan(50);
});

test('C4: of a delete and a start at once exactly one succeeds, and no process is left without a definition', {
  timeout: 120_000,
}, async () => {
  await using lab = await openLab();
  const won = { start: 0, remove: 0 };
  for (let round = 0; round < 30; round++) {
    const name = `c4-${round}-${randomUUID()}`;
    await lab.create(name);
    const isStartFirst = round % 2 === 0;
    const start = () => lab.llamactl.start(name);
    const remove = () => lab.llamactl.remove(name);
    const [first, second] = await Promise.allSettled(
      isStartFirst ? [start(), remove()] : [remove(), start()],
    );
    expect(first.status).toBe('fulfilled');
    const code = isStartFirst ? 'INSTANCE_NOT_STOPPED' : 'INSTANCE_NOT_FOUND';
    expect(second).toMatchObject({ status: 'rejected', reason: { code } });
    if (isStartFirst) {
      won.start++;
      await lab.llamactl.stop(name, { force: true });
    } else {
      won.remove++;
      expect(processesWithMarker(`LLAMACTL_INSTANCE=${name}`)).toEqual([]);
    }
  }
  expect(won).toEqual({ start: 15, remove: 15 });
  expect(lab.llamactl.list()).toHaveLength(15);
});

test('C5: of updates at once each field is kept, and the last one of a field wins', async () => {
  await using lab = await openLab();
  await lab.create('a', { options: { threads: 1 } });
  const keys = ['ctx_size', 'batch_size', 'parallel', 'seed'];
  await Promise.all(
    Array.from({ length: 20 }, (_, round) =>
      lab.llamactl.update('a', { options: { [keys[round % 4] ?? '']: round } }),
    ),
  );
  expect(lab.llamactl.get('a').options).toEqual({
    threads: 1,
    ctx_size: 16,
    batch_size: 17,
    parallel: 18,
    seed: 19,
  });
});

test('a name can be used again as soon as its instance is deleted, and the new one keeps its log', async () => {
  await using lab = await openLab();
  const deleted: string[] = [];
  lab.llamactl.on('instance_deleted', ({ name }) => deleted.push(name));
  await lab.create('a');
  const removed = lab.llamactl.remove('a');
  await waitFor(async () => {
    await lab.create('a').catch((error: { code: string }) => {
      expect(error.code).toBe('INSTANCE_EXISTS');
      expect(deleted).toEqual([]);
    });
    return deleted.length > 0;
  }, within);
  await removed;
  expect(lab.llamactl.list()).toHaveLength(1);
  await lab.llamactl.start('a');
  await lab.llamactl.waitForStatus('a', 'running', within);
  expect((await lab.llamactl.logs('a')).length).toBeGreaterThan(0);
});

test('a stop that comes between the end of a restart and its start is what counts', async () => {
  await using lab = await openLab();
  await lab.run('a');
  let stopped: Promise<unknown> | undefined;
  lab.llamactl.on('instance_status_changed', ({ instance }) => {
    if (instance.status === 'stopped') stopped ??= lab.llamactl.stop('a');
  });
  await lab.llamactl.restart('a');
  await waitFor(() => stopped !== undefined, within);
  await stopped;
  expect(await settled(lab, 'a')).toBe('stopped');
});
