import type { Alert } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { createEventFeed } from '../../src/events/create-event-feed.js';
import { createEmitter } from '../../src/events/emitter.js';
import type { NumberedEvent } from '../../src/events/event-feed.js';
import type { LlamactlEvents } from '../../src/events/events.js';

function open(bounds?: { maxEvents: number; maxBytes: number }) {
  const events = createEmitter<LlamactlEvents>();
  return { events, feed: createEventFeed(events, bounds) };
}

function deleted(events: ReturnType<typeof open>['events'], count: number): void {
  for (let n = 0; n < count; n++) events.emit('instance_deleted', { name: `i${n}` });
}

const alert: Alert = {
  id: 'disk',
  kind: 'disk',
  state: 'raised',
  severity: 'warning',
  message: 'full',
  instance: null,
  raised_at: '2026-01-01T00:00:00.000Z',
};

test('events are numbered from 1 on and told in order, with what they carry', () => {
  const { events, feed } = open();
  const told: NumberedEvent[] = [];
  const end = feed.subscribe((event) => told.push(event));
  expect(feed.seq).toBe(0);
  events.emit('instance_deleted', { name: 'a' });
  events.emit('system_alert', alert);
  expect(feed.seq).toBe(2);
  expect(told).toMatchObject([
    { type: 'instance_deleted', epoch: feed.epoch, seq: 1, data: { name: 'a' } },
    { type: 'system_alert', epoch: feed.epoch, seq: 2, data: alert },
  ]);
  expect(Number.isNaN(Date.parse(told[0]?.timestamp ?? ''))).toBe(false);
  end();
  events.emit('instance_deleted', { name: 'b' });
  expect(told).toHaveLength(2);
});

test('each feed has an epoch of its own, which a socket query can carry', () => {
  const epochs = new Set(Array.from({ length: 100 }, () => open().feed.epoch));
  expect(epochs.size).toBe(100);
  for (const epoch of epochs) expect(epoch).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});

test('since gives what came after an event, and null when that is not known', () => {
  const { events, feed } = open();
  deleted(events, 5);
  const seqs = (after: number) => feed.since(feed.epoch, after)?.map(({ seq }) => seq);
  expect(seqs(0)).toEqual([1, 2, 3, 4, 5]);
  expect(seqs(3)).toEqual([4, 5]);
  expect(seqs(5)).toEqual([]);
  for (const unknown of [6, Number.NaN, -1]) expect(feed.since(feed.epoch, unknown)).toBeNull();
  expect(feed.since('another', 3)).toBeNull();
});

test.each([
  ['events', { maxEvents: 10, maxBytes: Number.POSITIVE_INFINITY }],
  ['bytes', { maxEvents: Number.POSITIVE_INFINITY, maxBytes: 10 * 2 * '{"name":"i0"}'.length }],
])('what is remembered is bounded by %s', (_, bounds) => {
  const { events, feed } = open(bounds);
  for (let n = 0; n < 25; n++) deleted(events, 1);
  expect(feed.since(feed.epoch, 14)).toBeNull();
  expect(feed.since(feed.epoch, 15)?.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 10 }, (_value, index) => 16 + index),
  );
});

test('figures of instances are told but not remembered, and push nothing out', () => {
  const { events, feed } = open({ maxEvents: 2, maxBytes: Number.POSITIVE_INFINITY });
  const told: string[] = [];
  feed.subscribe(({ type, seq }) => told.push(`${seq} ${type}`));
  deleted(events, 1);
  for (let n = 0; n < 100; n++) events.emit('instance_stats_updated', {} as never);
  deleted(events, 1);
  expect(told).toHaveLength(102);
  expect(feed.since(feed.epoch, 0)?.map(({ seq }) => seq)).toEqual([1, 102]);
  expect(feed.since(feed.epoch, 50)?.map(({ seq }) => seq)).toEqual([102]);
});

test('an event that a subscriber causes is told to all after the one that caused it', () => {
  const { events, feed } = open();
  const told: string[] = [];
  feed.subscribe(({ seq, type }) => {
    told.push(`first ${seq}`);
    if (type === 'instance_deleted') events.emit('system_alert', alert);
  });
  feed.subscribe(({ seq }) => told.push(`second ${seq}`));
  events.emit('instance_deleted', { name: 'a' });
  expect(told).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
});

test('an event from outside has its place among the others, and is replayed', () => {
  const { events, feed } = open();
  const told: string[] = [];
  feed.subscribe(({ type, seq }) => told.push(`${seq} ${type}`));
  const heard: unknown[] = [];
  events.on('config_changed', (change) => heard.push(change));
  events.emit('instance_deleted', { name: 'a' });
  const change = { changed: ['logs.max_files'], restart_required: true };
  feed.publish('config_changed', change);
  events.emit('instance_deleted', { name: 'b' });
  expect(told).toEqual(['1 instance_deleted', '2 config_changed', '3 instance_deleted']);
  expect(heard).toEqual([change]);
  expect(feed.since(feed.epoch, 1)).toMatchObject([
    { type: 'config_changed', seq: 2, data: change },
    { type: 'instance_deleted', seq: 3 },
  ]);
});
