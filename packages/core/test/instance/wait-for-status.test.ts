import { setTimeout as delay } from 'node:timers/promises';
import type { Instance, InstanceStatus } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { createEmitter } from '../../src/events/emitter.js';
import type { LlamactlEvents } from '../../src/events/events.js';
import { newDefinition } from '../../src/instance/definition.js';
import { waitForStatus } from '../../src/instance/wait-for-status.js';

const { signal: ended } = new AbortController();

function instance(status: InstanceStatus, name = 'a'): Instance {
  const definition = newDefinition({ name, model_path: '/m' }, 8081, new Date());
  const last_exit =
    status === 'failed'
      ? {
          code: 1,
          signal: null,
          reason: 'It broke.',
          at: definition.created_at,
          log_tail: ['last'],
        }
      : null;
  const rest = { held: false, failure: null, last_exit, restarts: 0, next_restart_at: null };
  return { ...definition, status, pid: null, ...rest };
}

function scene() {
  const events = createEmitter<LlamactlEvents>();
  return {
    events,
    become: (status: InstanceStatus, name?: string) =>
      events.emit('instance_status_changed', {
        instance: instance(status, name),
        previous_status: null,
      }),
  };
}

test('resolves at once when it has the status already', async () => {
  const { events } = scene();
  expect(
    (
      await waitForStatus({
        events,
        current: instance('running'),
        wanted: 'running',
        isRestarting: () => false,
        ended,
      })
    ).status,
  ).toBe('running');
});

test('waits for the status of its own instance, under any case of its name', async () => {
  const { events, become } = scene();
  const waiting = waitForStatus({
    events,
    current: instance('stopped'),
    wanted: 'running',
    isRestarting: () => false,
    ended,
  });
  become('running', 'other');
  become('starting');
  become('running', 'A');
  expect((await waiting).name).toBe('A');
});

test('waiting for running ends with the diagnosis when it fails', async () => {
  const { events, become } = scene();
  const waiting = waitForStatus({
    events,
    current: instance('starting'),
    wanted: 'running',
    isRestarting: () => false,
    ended,
  });
  become('failed');
  await expect(waiting).rejects.toMatchObject({
    code: 'INSTANCE_FAILED',
    message: expect.stringContaining('It broke.'),
    details: expect.stringContaining('last'),
  });
});

test('a stopped instance may still be started; one that went back to stopped is not waited for', async () => {
  const { events, become } = scene();
  const waiting = waitForStatus({
    events,
    current: instance('stopped'),
    wanted: 'running',
    isRestarting: () => false,
    ended,
  });
  become('starting');
  become('stopping');
  become('stopped');
  await expect(waiting).rejects.toMatchObject({ code: 'INSTANCE_FAILED' });
});

test.each([Number.POSITIVE_INFINITY, 2 ** 31, 1e300])(
  'a timeout of %d ms, longer than a timer takes, is no short one',
  async (timeoutMs) => {
    const { events, become } = scene();
    const waiting = waitForStatus(
      {
        events,
        current: instance('starting'),
        wanted: 'running',
        isRestarting: () => false,
        ended,
      },
      { timeoutMs },
    );
    waiting.catch(() => {});
    await delay(50);
    become('running');
    expect((await waiting).status).toBe('running');
  },
);

test('ends when the instance is deleted, at the deadline and when it is aborted', async () => {
  const { events } = scene();
  const deleted = waitForStatus({
    events,
    current: instance('stopped'),
    wanted: 'running',
    isRestarting: () => false,
    ended,
  });
  events.emit('instance_deleted', { name: 'A' });
  await expect(deleted).rejects.toMatchObject({ code: 'INSTANCE_NOT_FOUND' });

  const late = waitForStatus(
    { events, current: instance('starting'), wanted: 'running', isRestarting: () => false, ended },
    { timeoutMs: 10 },
  );
  await expect(late).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('it is starting'),
  });

  const reason = new Error('changed my mind');
  const aborter = new AbortController();
  const aborted = waitForStatus(
    { events, current: instance('starting'), wanted: 'running', isRestarting: () => false, ended },
    {
      signal: aborter.signal,
    },
  );
  aborter.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  const signal = AbortSignal.abort(reason);
  await expect(
    waitForStatus(
      { events, current: instance('running'), wanted: 'running', isRestarting: () => false, ended },
      { signal },
    ),
  ).rejects.toBe(reason);
});
