import { describe, expect, it } from 'vitest';
import { judgeDelivery } from '../../src/websocket/slow-reader.js';

const KiB = 1024;
const MiB = 1024 * KiB;

describe('judgeDelivery', () => {
  it.each<[string, Parameters<typeof judgeDelivery>[0], ReturnType<typeof judgeDelivery>]>([
    ['an event without backlog', delivery(0, 1), 'send'],
    ['an event that fills the backlog', delivery(MiB - 10, 10), 'send'],
    ['an event beyond it', delivery(MiB - 10, 11), 'close'],
    ['an event larger than all of it', delivery(0, MiB + 1), 'close'],
    ['figures with some backlog', delivery(256 * KiB, 10, true), 'send'],
    ['figures with more', delivery(256 * KiB + 1, 10, true), 'hold'],
    ['figures beyond what events may use', delivery(0, MiB + 1, true), 'hold'],
    ['an event behind a large opening', delivery(5 * MiB, 10, false, 5 * MiB), 'send'],
    ['an event behind an opening and a backlog', delivery(6 * MiB, 1, false, 5 * MiB), 'close'],
    ['figures behind a large opening', delivery(5 * MiB, 10, true, 5 * MiB), 'send'],
  ])('decides on %s', (_what, given, verdict) => {
    expect(judgeDelivery(given)).toBe(verdict);
  });
});

function delivery(backlogBytes: number, messageBytes: number, mayWait = false, excusedBytes = 0) {
  return { backlogBytes, messageBytes, mayWait, excusedBytes };
}
