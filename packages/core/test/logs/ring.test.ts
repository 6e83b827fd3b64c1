import type { LogEntry } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { EntryRing } from '../../src/logs/ring.js';

function entry(seq: number, message = 'text', level: LogEntry['level'] = 'info'): LogEntry {
  return { seq, timestamp: '2026-01-01T00:00:00.000Z', level, message };
}

const all = () => true;

test('keeps the newest entries up to a number', () => {
  const ring = new EntryRing({ maxEntries: 3, maxBytes: 1_000_000 });
  for (let seq = 1; seq <= 100; seq++) {
    ring.push(entry(seq));
    expect(ring.newest(10, all).map((kept) => kept.seq)).toEqual(
      [seq - 2, seq - 1, seq].filter((kept) => kept > 0),
    );
  }
  expect(ring.oldest?.seq).toBe(98);
});

test('keeps the newest entries up to a size, and one that is larger by itself', () => {
  const ring = new EntryRing({ maxEntries: 1000, maxBytes: 100 });
  for (let seq = 1; seq <= 5; seq++) ring.push(entry(seq, 'x'.repeat(20)));
  expect(ring.newest(10, all).map(({ seq }) => seq)).toEqual([4, 5]);
  ring.push(entry(6, 'x'.repeat(5_000)));
  expect(ring.newest(10, all).map(({ seq }) => seq)).toEqual([6]);
});

test('finds the newest that pass, oldest first', () => {
  const ring = new EntryRing();
  for (let seq = 1; seq <= 100; seq++) ring.push(entry(seq, 'text', seq % 10 ? 'info' : 'error'));
  const found = ring.newest(3, ({ level }) => level === 'error');
  expect(found.map(({ seq }) => seq)).toEqual([80, 90, 100]);
});

test('holds on to nothing that it dropped', () => {
  const ring = new EntryRing();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let seq = 1; seq <= 20_000; seq++)
    ring.push(entry(seq, `${seq}${'x'.repeat(20_000)}`.normalize()));
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
});
