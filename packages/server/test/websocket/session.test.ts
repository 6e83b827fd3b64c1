import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { InstanceDetails, ServerMessageOf } from '@llamactl/contract';
import type { NumberedEvent } from '@llamactl/core';
import { waitFor } from '@llamactl/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeControl, encodeEvent } from '../../src/websocket/messages.js';
import { Session } from '../../src/websocket/session.js';

const MiB = 1024 * 1024;
const instance = { name: 'x' } as InstanceDetails;

/** Both ends of a connection. */
async function connectPair() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
  return { client, socket: socket as WebSocket, server };
}

type Received = NumberedEvent | ServerMessageOf<'hello'>;

let pair: Awaited<ReturnType<typeof connectPair>>;
let session: Session;
let seq = 0;

beforeEach(async () => {
  pair = await connectPair();
  session = new Session(pair.socket, { since: null, types: null, instances: null });
  seq = 0;
});
afterEach(() => {
  pair.client.terminate();
  pair.socket.terminate();
  pair.server.close();
});

function take(event: Pick<NumberedEvent, 'type' | 'data'>): void {
  const numbered = { ...event, epoch: 'e', seq: ++seq, timestamp: '' } as NumberedEvent;
  session.take(numbered, encodeEvent(numbered));
}
const figures = (name: string, bytes = 10_000) =>
  take({
    type: 'instance_stats_updated',
    data: { instance: { ...instance, name, model_path: 'x'.repeat(bytes) } },
  });
const change = (bytes = 10_000) =>
  take({
    type: 'instance_updated',
    data: { instance: { ...instance, model_path: 'x'.repeat(bytes) } },
  });

const tellPosition = (at: number) =>
  session.tellPosition(at, encodeControl('hello', { epoch: 'e', seq: at }, { version: '1' }));

function collect() {
  const got: Received[] = [];
  pair.client.on('message', (data) => got.push(JSON.parse(String(data))));
  return got;
}

describe('a reader that has stopped', () => {
  it('W1: costs little for figures, and gets the newest of each instance when it goes on', async () => {
    const got = collect();
    pair.client.pause();
    let peak = 0;
    for (let round = 0; round < 5_000; round += 1) {
      for (const name of ['a', 'b', 'c']) figures(name);
      peak = Math.max(peak, pair.socket.bufferedAmount);
      if (round % 50 === 0) await new Promise(setImmediate);
    }
    expect(peak).toBeGreaterThan(256 * 1024);
    expect(peak).toBeLessThan(0.3 * MiB);
    pair.client.resume();
    await waitFor(() => got.at(-1)?.seq === seq);
    const names = got
      .slice(-3)
      .map((event) => event.type === 'instance_stats_updated' && event.data.instance.name);
    expect(names).toEqual(['a', 'b', 'c']);
    expect(got.slice(-3).map((event) => event.seq)).toEqual([seq - 2, seq - 1, seq]);
    expect(got.length).toBeLessThan(seq);
    expectRising(got);
  });

  it('W1: gets no figures that are older than an event it has', async () => {
    const got = collect();
    pair.client.pause();
    while (pair.socket.bufferedAmount <= 256 * 1024) {
      figures('a');
      await new Promise(setImmediate);
    }
    figures('a', 1);
    change(1);
    const lastChange = seq;
    pair.client.resume();
    await waitFor(() => got.at(-1)?.seq === lastChange);
    expectRising(got);
    figures('a');
    await waitFor(() => got.at(-1)?.seq === seq);
    expect(got.map((event) => event.seq)).not.toContain(lastChange - 1);
  });

  it('W1: is not told a position that is ahead of figures which wait for it', async () => {
    const got = collect();
    pair.client.pause();
    while (pair.socket.bufferedAmount <= 160 * 1024) {
      figures('a');
      await new Promise(setImmediate);
    }
    // There is room for what is small, not for these.
    figures('b', 900_000);
    const waiting = seq;
    tellPosition(seq + 1);
    pair.client.resume();
    await waitFor(() => got.at(-1)?.seq === waiting);
    expect(got.map(({ type }) => type)).not.toContain('hello');
    tellPosition(seq + 1);
    tellPosition(seq + 1);
    await waitFor(() => got.at(-1)?.seq === seq + 1);
    change(1);
    await waitFor(() => got.at(-1)?.type === 'instance_updated');
    expect(got.slice(-3).map(({ type }) => type)).toEqual([
      'instance_stats_updated',
      'hello',
      'instance_updated',
    ]);
  });

  it('W1: is closed with 4408 before 1 MiB waits for it, and is told so when it goes on', async () => {
    const got = collect();
    const closed = once(pair.client, 'close');
    pair.client.pause();
    let peak = 0;
    while (pair.socket.readyState === WebSocket.OPEN) {
      change();
      peak = Math.max(peak, pair.socket.bufferedAmount);
      await new Promise(setImmediate);
    }
    expect(peak).toBeGreaterThan(0.9 * MiB);
    expect(peak).toBeLessThan(MiB + 200);
    const sent = seq - 1;
    change();
    expect(pair.socket.bufferedAmount).toBeLessThan(MiB + 200);
    pair.client.resume();
    const [code, reason] = await closed;
    expect({ code, reason: String(reason) }).toEqual({
      code: 4408,
      reason: expect.stringContaining('too slow'),
    });
    // Up to there nothing is missing.
    expect(got.map((event) => event.seq)).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
  });

  it('may take its time for what it begins with', async () => {
    const got = collect();
    pair.client.pause();
    const large = Buffer.from(JSON.stringify({ text: 'x'.repeat(20 * MiB) }));
    session.open({ messages: [large], seq: 0 });
    await new Promise(setImmediate);
    change(900_000);
    figures('a');
    expect(pair.socket.readyState).toBe(WebSocket.OPEN);
    change(900_000);
    expect(pair.socket.readyState).not.toBe(WebSocket.OPEN);
    pair.client.resume();
    await waitFor(() => got.length >= 2);
    expect(got[1]?.seq).toBe(1);
  });
});

function expectRising(events: readonly Received[]): void {
  const seqs = events.map((event) => event.seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
}
