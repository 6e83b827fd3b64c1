import { once } from 'node:events';
import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ApiError, ConnectionError, type Retry } from '../../src/index.js';
import { followEvents, takeMessages } from '../fixtures/follow-events.js';
import { epoch } from '../fixtures/messages.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { startSocketServer } from '../fixtures/socket-server.js';
import { cutAfter, sending } from '../fixtures/turns.js';

const { hello, snapshot, status, frame } = epoch('a');

describe('a connection that breaks', () => {
  it('W4: is resumed after the last message that was given', async () => {
    await using server = await startSocketServer([
      cutAfter(hello(1), snapshot(1), status(2, 'starting')),
      sending(hello(2), status(3, 'running')),
    ]);
    const retries: Retry[] = [];
    const onRetry = (retry: Retry) => retries.push(retry);
    expect(await takeMessages(followEvents(server, { onRetry }), 3)).toEqual([
      'snapshot a:1',
      'instance_status_changed a:2',
      'instance_status_changed a:3',
    ]);
    expect(server.queries()).toEqual([{}, { since: 'a:2' }]);
    expect(retries).toMatchObject([{ attempt: 1, delayMs: 100 }]);
    expect(retries[0]?.error).toSatisfy(ConnectionError.is);
  });

  it('W4: does not skip what a connection was to replay when it broke', async () => {
    await using server = await startSocketServer([
      cutAfter(hello(1), snapshot(1)),
      cutAfter(hello(3), status(2, 'starting')),
      sending(hello(3), status(3, 'running')),
    ]);
    await takeMessages(followEvents(server), 3);
    expect(server.queries()).toEqual([{}, { since: 'a:1' }, { since: 'a:2' }]);
  });

  it('W4: that cannot be resumed gives a gap and another snapshot', async () => {
    const next = epoch('b');
    await using server = await startSocketServer([
      cutAfter(hello(1), snapshot(1), status(2, 'starting')),
      cutAfter(next.hello(0), next.gap(0), next.snapshot(0), next.status(1, 'stopped')),
      sending(next.status(2, 'starting')),
    ]);
    expect(await takeMessages(followEvents(server), 6)).toEqual([
      'snapshot a:1',
      'instance_status_changed a:2',
      'gap b:0',
      'snapshot b:0',
      'instance_status_changed b:1',
      'instance_status_changed b:2',
    ]);
    expect(server.queries().at(-1)).toEqual({ since: 'b:1' });
  });

  it('between a gap and its snapshot gives both again', async () => {
    const next = epoch('b');
    await using server = await startSocketServer([
      cutAfter(snapshot(1)),
      cutAfter(next.gap(5)),
      sending(next.gap(5), next.snapshot(5)),
    ]);
    const taken = await takeMessages(followEvents(server), 4);
    expect(taken).toEqual(['snapshot a:1', 'gap b:5', 'gap b:5', 'snapshot b:5']);
    // Resumed behind the gap, there would be no snapshot.
    expect(server.queries()).toEqual([{}, { since: 'a:1' }, { since: 'a:1' }]);
  });

  it('W4: is resumed from where the server said that the numbers are', async () => {
    await using server = await startSocketServer([
      cutAfter(hello(1), snapshot(1), hello(50)),
      cutAfter(hello(50), hello(60)),
      sending(hello(60), status(61, 'running')),
    ]);
    expect(await takeMessages(followEvents(server), 2)).toEqual([
      'snapshot a:1',
      'instance_status_changed a:61',
    ]);
    expect(server.queries()).toEqual([{}, { since: 'a:50' }, { since: 'a:60' }]);
  });

  it('W4: begins anew when it broke before the first snapshot', async () => {
    await using server = await startSocketServer([
      cutAfter(hello(5), hello(6)),
      sending(hello(6), snapshot(6)),
    ]);
    expect(await takeMessages(followEvents(server), 1)).toEqual(['snapshot a:6']);
    expect(server.queries()).toEqual([{}, {}]);
  });

  it('W4: is not resumed behind a snapshot that it has not got', async () => {
    const next = epoch('b');
    await using server = await startSocketServer([
      cutAfter(hello(5), hello(6)),
      cutAfter(hello(6), snapshot(6)),
      cutAfter(next.hello(2), next.gap(2), next.hello(3)),
      sending(next.hello(3), next.gap(3), next.snapshot(3)),
    ]);
    const taken = await takeMessages(followEvents(server, { since: 'a:4' }), 4);
    expect(taken).toEqual(['snapshot a:6', 'gap b:2', 'gap b:3', 'snapshot b:3']);
    expect(server.queries()).toEqual([
      { since: 'a:4' },
      { since: 'a:6' },
      { since: 'a:6' },
      { since: 'a:6' },
    ]);
  });

  it.each([1001, 4408])('is resumed after close code %d', async (code) => {
    await using server = await startSocketServer([
      (socket) => {
        socket.send(snapshot(1));
        socket.close(code);
      },
      sending(status(2, 'running')),
    ]);
    const retries: Retry[] = [];
    const onRetry = (retry: Retry) => retries.push(retry);
    await takeMessages(followEvents(server, { onRetry }), 2);
    expect(retries[0]?.error.message).toContain(`closed the connection to ws://`);
    expect(retries[0]?.error.message).toContain(`(${code})`);
    expect(retries[0]?.error.details).not.toBe('');
  });

  it('is tried again while the server is not ready, and when it asks to wait', async () => {
    await using server = await startSocketServer([
      cutAfter(snapshot(1)),
      { status: 502 },
      { status: 503, headers: { 'Retry-After': '0' } },
      { status: 429, headers: { 'Retry-After': '0' } },
      sending(status(2, 'running')),
    ]);
    const attempts: number[] = [];
    const onRetry = ({ attempt }: Retry) => attempts.push(attempt);
    expect(await takeMessages(followEvents(server, { onRetry }), 2)).toHaveLength(2);
    expect(attempts).toEqual([1, 2, 3, 4]);
  });

  it('is given up after maxRetries, with why', async () => {
    await using server = await startSocketServer([cutAfter(snapshot(1)), { status: 503 }]);
    const call = takeMessages(followEvents(server, { maxRetries: 2 }), 2);
    const error = await rejectionAs(call, ApiError.is);
    expect(error.status).toBe(503);
    expect(server.handshakes).toHaveLength(3);
  });

  it('is not made again when the server says no', async () => {
    const body = { error: 'gone', code: 'UNAUTHORIZED', details: '' };
    await using server = await startSocketServer([cutAfter(snapshot(1)), { status: 401, body }]);
    const error = await rejectionAs(takeMessages(followEvents(server), 2), ApiError.is);
    expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    expect(server.handshakes).toHaveLength(2);
  });

  it('W2: counts as broken when nothing comes, and as whole while there are pings', async () => {
    let pings: ReturnType<typeof setInterval> | undefined;
    await using server = await startSocketServer([
      (socket) => {
        socket.send(snapshot(1));
        pings = setInterval(() => socket.ping(), 20);
        setTimeout(() => clearInterval(pings), 600);
      },
      sending(status(2, 'running')),
    ]);
    const retries: Retry[] = [];
    const startedMs = performance.now();
    let brokenMs = 0;
    const onRetry = (retry: Retry) => {
      brokenMs = performance.now() - startedMs;
      retries.push(retry);
    };
    await takeMessages(followEvents(server, { onRetry }, { silenceMs: 300 }), 2);
    clearInterval(pings);
    expect(retries).toMatchObject([{ error: { message: expect.stringContaining('for 0.3 s') } }]);
    expect(brokenMs).toBeGreaterThan(600);
  });
});

describe('a slow reader', () => {
  it('W1: has a bounded number of messages wait, and gets every one in the end', async () => {
    const last = 500;
    const from = (seq: number) => (socket: WebSocket) => {
      for (let next = seq; next <= last; next += 1) socket.send(status(next, 'starting'));
    };
    let connections = 0;
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startSocketServer([
      (socket, { url = '' }) => {
        connections += 1;
        closed = once(socket, 'close');
        const since = new URL(url, 'ws://x').searchParams.get('since');
        if (since === null) socket.send(snapshot(0));
        from(Number(since?.split(':')[1] ?? 0) + 1)(socket);
      },
    ]);
    const seqs: number[] = [];
    for await (const { seq } of followEvents(server, {}, { maxWaiting: 100 })) {
      // The reader comes back when the server has been cut off.
      if (seqs.length === 0) await closed;
      seqs.push(seq);
      if (seq === last) break;
    }
    expect(seqs).toEqual(Array.from({ length: last + 1 }, (_, index) => index));
    expect(connections).toBeGreaterThan(1);
  });

  it('is not given figures that came after what is newer', async () => {
    const figures = frame('instance_stats_updated', 2, { instance: sampleInstance() });
    await using server = await startSocketServer([
      sending(snapshot(1), status(3, 'running'), figures, status(4, 'stopping')),
    ]);
    expect(await takeMessages(followEvents(server), 3)).toEqual([
      'snapshot a:1',
      'instance_status_changed a:3',
      'instance_status_changed a:4',
    ]);
  });
});
