import { rm } from 'node:fs/promises';
import type { Alert } from '@llamactl/contract';
import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import type { NumberedEvent } from '../src/index.js';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

test('figures of the machine are there from the begin, and processor time after an interval', async () => {
  await using lab = await openLab({ statsIntervalMs: 100 });
  const { llamactl } = lab;
  expect(llamactl.resources()).toMatchObject({
    memory_usage: expect.any(Number),
    memory_total: expect.any(Number),
    disk_usage: expect.any(Number),
  });
  await waitFor(() => llamactl.resources().cpu_usage !== null, within);
});

test('an alert is raised when an instance failed, and cleared when it starts again', async () => {
  await using lab = await openLab();
  const { llamactl } = lab;
  const told: string[] = [];
  llamactl.on('system_alert', ({ kind, state, instance }) =>
    told.push(`${kind} ${state} ${instance}`),
  );
  const { pid } = await lab.run('a', 'running', { restart_policy: 'never' });
  process.kill(pid ?? 0, 'SIGKILL');
  await llamactl.waitForStatus('a', 'failed', within);
  expect(llamactl.alerts()).toMatchObject([
    { kind: 'instance_failed', state: 'raised', instance: 'a' },
  ]);
  await llamactl.start('a');
  expect(llamactl.alerts()).toEqual([]);
  expect(told).toEqual(['instance_failed raised a', 'instance_failed cleared a']);
});

test('an alert is raised while the machine is over a limit', async () => {
  await using lab = await openLab({ alertPercent: { memory: 0, disk: 101 }, statsIntervalMs: 50 });
  const told: Alert[] = [];
  lab.llamactl.on('system_alert', (alert) => told.push(alert));
  expect(lab.llamactl.alerts()).toMatchObject([{ kind: 'memory', state: 'raised' }]);
  await waitFor(() => lab.llamactl.resources().cpu_usage !== null, within);
  expect(lab.llamactl.alerts()).toHaveLength(1);
  expect(told).toEqual([]);
});

test('the feed tells everything that happens to an instance, without a gap, and can be read again', async () => {
  await using lab = await openLab({ statsIntervalMs: 50 });
  const { llamactl } = lab;
  const events: NumberedEvent[] = [];
  llamactl.feed.subscribe((event) => events.push(event));
  const begin = llamactl.feed.seq;
  await lab.run('a');
  await waitFor(() => events.some(({ type }) => type === 'instance_stats_updated'), within);
  await llamactl.update('a', { options: { threads: 1 } });
  await llamactl.stop('a');
  await llamactl.waitForStatus('a', 'stopped', within);
  await rm(lab.model);
  await llamactl.start('a').catch(() => undefined);
  await llamactl.remove('a');
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => begin + 1 + index));
  expect(llamactl.feed.seq).toBe(begin + events.length);
  const kept = events.filter(({ type }) => type !== 'instance_stats_updated');
  expect(llamactl.feed.since(llamactl.feed.epoch, begin)).toEqual(kept);
  expect(kept.map((event) => summaryOf(event))).toEqual([
    ...['null > stopped', 'stopped > starting', 'starting > running', 'instance_updated'],
    ...['running > stopping', 'stopping > stopped', 'stopped > starting', 'starting > failed'],
    ...['alert raised', 'instance_deleted', 'alert cleared'],
  ]);
});

function summaryOf(event: NumberedEvent): string {
  if (event.type === 'instance_status_changed') {
    return `${event.data.previous_status} > ${event.data.instance.status}`;
  }
  return event.type === 'system_alert' ? `alert ${event.data.state}` : event.type;
}
