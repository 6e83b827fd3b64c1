import type { Alert, SystemResources } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { createAlerts } from '../../src/alerts/create-alerts.js';
import { createEmitter } from '../../src/events/emitter.js';
import type { LlamactlEvents } from '../../src/events/events.js';

function open() {
  const events = createEmitter<LlamactlEvents>();
  const alerts = createAlerts(events, { memory: 95, disk: 90 });
  const told: Alert[] = [];
  events.on('system_alert', (alert) => told.push(alert));
  const look = (memory: number | null, disk: number | null) => {
    const memory_usage = memory === null ? null : memory * 10;
    const resources: SystemResources = {
      cpu_usage: null,
      memory_usage,
      memory_total: 1_000,
      disk_usage: disk,
    };
    alerts.look(resources);
  };
  const move = (name: string, status: string) => {
    const last_exit = { reason: 'It broke.' };
    const instance = { name, status, failure: null, last_exit, next_restart_at: null };
    events.emit('instance_status_changed', { instance, previous_status: null } as never);
  };
  const states = () => told.map(({ id, state }) => `${id} ${state}`);
  return { events, alerts, told, look, move, states };
}

test('memory and disk are told once over the limit, and once when they are clearly below it', () => {
  const { alerts, look, states, told } = open();
  look(94.9, 89.9);
  expect(states()).toEqual([]);
  look(95, 89.9);
  look(97, 90);
  look(94, 89);
  look(93, 88);
  look(96, null);
  expect(states()).toEqual(['memory raised', 'disk raised']);
  expect(alerts.list().map(({ kind }) => kind)).toEqual(['memory', 'disk']);
  look(92.9, 87.9);
  look(50, 50);
  expect(states().slice(2)).toEqual(['memory cleared', 'disk cleared']);
  expect(alerts.list()).toEqual([]);
  expect(told[2]).toMatchObject({ id: 'memory', raised_at: told[0]?.raised_at, instance: null });
  look(99, 10);
  expect(states().slice(4)).toEqual(['memory raised']);
});

test('figures that cannot be seen change nothing', () => {
  const { look, states } = open();
  look(null, null);
  look(99, 99);
  look(null, null);
  expect(states()).toEqual(['memory raised', 'disk raised']);
});

test('a failed instance is told with its reason, and cleared when it leaves that state', () => {
  const { alerts, move, told, states } = open();
  for (const status of ['stopped', 'starting', 'running']) move('a', status);
  expect(told).toEqual([]);
  move('a', 'failed');
  expect(alerts.list()).toEqual(told);
  expect(told).toMatchObject([
    {
      kind: 'instance_failed',
      state: 'raised',
      severity: 'error',
      instance: 'a',
      message: '"a" failed: It broke.',
    },
  ]);
  move('a', 'starting');
  move('a', 'running');
  expect(states()).toEqual(['instance_failed:a raised', 'instance_failed:a cleared']);
  expect(alerts.list()).toEqual([]);
});

test('a failed instance that is deleted has no alert any more', () => {
  const { alerts, events, move, states } = open();
  move('a', 'failed');
  move('b', 'failed');
  events.emit('instance_deleted', { name: 'a' });
  events.emit('instance_deleted', { name: 'c' });
  expect(states().slice(2)).toEqual(['instance_failed:a cleared']);
  expect(alerts.list().map(({ instance }) => instance)).toEqual(['b']);
});
