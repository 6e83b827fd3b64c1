import { setTimeout as delay } from 'node:timers/promises';
import type { Llamactl } from '@llamactl/core';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSocket, type TestSocket } from '../support/open-socket.js';
import { startTestServer } from '../support/test-server.js';

const MiB = 1024 * 1024;

/** How often, and how much, is sent to readers that have stopped or not: 7 MB to each. */
const rounds = 120;
const messageBytes = 60_000;

const audiences = [
  { readers: 40, stalled: 10 },
  ...(process.env.LLAMACTL_TEST_FULL === '1' ? [{ readers: 900, stalled: 100 }] : []),
];

describe('many readers', () => {
  it.each(audiences)(
    'W1: $readers get everything while $stalled others have stopped, and only those are closed',
    {
      timeout: 1_800_000,
    },
    async (audience) => {
      await using test = await startTestServer();
      const { llamactl, url } = test.server;
      await llamactl.create({ name: 'a', model_path: test.model });
      const open = (count: number) =>
        openInTurn(count, () => openSocket(url, { query: '?types=instance_updated' }));
      const readers = await open(audience.readers);
      const stalled = await open(audience.stalled);
      for (const { first } of [...readers, ...stalled]) await first('snapshot');
      for (const { socket } of stalled) socket.pause();
      const before = process.memoryUsage.rss();

      const mostResident = await sendRounds(llamactl, readers);
      for (const { socket } of stalled) socket.resume();
      const ends = await Promise.all(stalled.map(({ closed }) => closed));
      expect(ends.map(({ code }) => code)).toEqual(stalled.map(() => 4408));
      // What was kept for a stalled one: 1 MiB here, and what the system's buffers hold.
      for (const { messages } of stalled) {
        expect(JSON.stringify(messages).length).toBeLessThan(6 * MiB);
      }
      for (const { socket } of readers) {
        expect(socket.readyState).toBe(WebSocket.OPEN);
        socket.terminate();
      }
      // Half of what keeping it all for a hundred would have cost, with room for what the readers were just sent.
      const most =
        audience.stalled * rounds * messageBytes * 0.5 + audience.readers * messageBytes * 4;
      if (audience.stalled >= 100) expect(mostResident - before).toBeLessThan(most);
    },
  );
});

/** Sends all rounds, each when the one before has come; returns the most memory that this process had. */
async function sendRounds(llamactl: Llamactl, readers: readonly TestSocket[]): Promise<number> {
  let mostResident = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const text = `${round}:`.padEnd(messageBytes, 'x');
    await llamactl.update('a', { env: { HF_HOME: text } });
    const { seq: last } = llamactl.feed;
    await Promise.all(readers.map(({ find }) => find((message) => message.seq === last)));
    for (const { messages } of readers) (messages as unknown[]).splice(0, messages.length - 1);
    mostResident = Math.max(mostResident, process.memoryUsage.rss());
  }
  return mostResident;
}

/** Opens them no faster than the server lets in, which is 200 a second. */
async function openInTurn<T>(count: number, open: () => Promise<T>): Promise<T[]> {
  const opened: T[] = [];
  while (opened.length < count) {
    const together = Math.min(50, count - opened.length);
    const opening = Array.from({ length: together }, open);
    const [some] = await Promise.all([Promise.all(opening), count > 50 ? delay(500) : null]);
    opened.push(...some);
  }
  return opened;
}
