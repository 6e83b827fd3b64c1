import type { Llamactl } from '@llamactl/core';
import { waitFor } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { leave, useFollowScene } from '../../support/follow-scene.js';
import { chunkedEntries, unexplainedGaps } from '../../support/log-entries.js';

const scene = useFollowScene();

describe('a reader of a followed log', () => {
  it('that is slow misses lines, is told how many, and gets the others in order', async () => {
    await scene.startWithLog({}, 'floods-log', { linesPerSecond: 40_000 });
    await scene.run();
    const slow = await scene.openStalled('&lines=1');
    slow.socket.pause();
    const before = process.memoryUsage().rss;
    const newest = async () =>
      (await scene.test.server.llamactl.logs('a', { lines: 1 }))[0]?.seq ?? 0;
    const begin = await newest();
    await waitFor(async () => (await newest()) > begin + 150_000, { timeoutMs: 50_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    await scene.test.server.llamactl.stop('a', { force: true });
    slow.socket.resume();
    const last = await newest();
    await slow.waitFor({ test: (text) => text.includes(`"seq":${last},`) });
    const entries = chunkedEntries(slow.received);
    const seqs = entries.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    const notices = entries.filter(({ message }) => / lines were left out/.test(message));
    expect(notices.length).toBeGreaterThan(0);
    expect(notices.every(({ level }) => level === 'warn')).toBe(true);
    expect(unexplainedGaps(entries)).toEqual([]);
  });

  it('leaves nothing behind: 1 000 times come and gone', async () => {
    let following = 0;
    let ever = 0;
    const count = (llamactl: Llamactl): Llamactl =>
      Object.assign(llamactl, {
        followLogs: countIterators(llamactl.followLogs.bind(llamactl), (change) => {
          following += change;
          if (change > 0) ever += 1;
        }),
      });
    await scene.startWithLog();
    count(scene.test.server.llamactl);
    await scene.run();
    const resources = () => process.getActiveResourcesInfo().length;
    await Promise.all(
      (await Promise.all(Array.from({ length: 10 }, () => scene.open()))).map(leave),
    );
    await waitFor(() => following === 0);
    const before = resources();
    for (let round = 0; round < 100; round += 1) {
      const accept = round % 2 ? 'text/event-stream' : '*/*';
      const followed = await Promise.all(Array.from({ length: 10 }, () => scene.open({ accept })));
      expect(followed.map(({ status }) => status)).toEqual(followed.map(() => 200));
      expect(following).toBe(10);
      await Promise.all(followed.map(leave));
      await waitFor(() => following === 0);
    }
    expect(ever).toBe(1_010);
    // Timers and sockets; those of the client come and go.
    await waitFor(() => resources() < before + 20);
  });
});

/** Tells of each iteration that begins (1) and ends (-1). */
function countIterators(
  followLogs: Llamactl['followLogs'],
  onChange: (change: number) => void,
): Llamactl['followLogs'] {
  return (...args) => {
    const log = followLogs(...args);
    return {
      epoch: log.epoch,
      async *[Symbol.asyncIterator]() {
        onChange(1);
        try {
          yield* log;
        } finally {
          onChange(-1);
        }
      },
    };
  };
}
