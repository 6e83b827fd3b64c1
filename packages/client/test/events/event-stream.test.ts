import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import {
  ApiError,
  ConnectionError,
  type EventMessage,
  InvalidRequestError,
  LlamactlClient,
  ProtocolError,
  type Retry,
  TimeoutError,
} from '../../src/index.js';
import { followEvents, takeMessages } from '../fixtures/follow-events.js';
import { epoch } from '../fixtures/messages.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { sampleInstance } from '../fixtures/samples.js';
import { startSocketServer } from '../fixtures/socket-server.js';

const { hello, snapshot, status, frame } = epoch('a');

/** A turn that sends frames and leaves the socket open. */
const sending =
  (...frames: readonly string[]) =>
  (socket: WebSocket) => {
    for (const text of frames) socket.send(text);
  };

/** A turn that sends frames and cuts the connection. */
const cutAfter =
  (...frames: readonly string[]) =>
  (socket: WebSocket) => {
    for (const text of frames) socket.send(text);
    socket.send('{"type":"last"}', () => socket.terminate());
  };

async function firstOf(events: AsyncIterable<EventMessage>): Promise<EventMessage | undefined> {
  for await (const message of events) return message;
  return undefined;
}

describe('events', () => {
  it('gives the snapshot, then what happens, and closes the socket when the loop is left', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startSocketServer([
      (socket) => {
        closed = once(socket, 'close');
        sending(hello(3), snapshot(3, sampleInstance()), status(4, 'starting'))(socket);
      },
    ]);
    const client = new LlamactlClient({ baseUrl: server.url });
    expect(await takeMessages(client.events(), 2)).toEqual([
      'snapshot a:3',
      'instance_status_changed a:4',
    ]);
    expect(await closed).toMatchObject([1000, {}]);
    expect(server.handshakes[0]?.url).toBe('/api/ws');
  });

  it('opens nothing before the first message is asked for', async () => {
    await using server = await startSocketServer([sending(snapshot(1))]);
    const events = new LlamactlClient({ baseUrl: server.url }).events();
    await events.return();
    expect(server.handshakes).toEqual([]);
  });

  it('asks for types, and leaves out what it does not know', async () => {
    await using server = await startSocketServer([
      sending('{"type":"config_changed"}', snapshot(1)),
    ]);
    const types = ['system_alert', 'instance_deleted'] as const;
    expect(await firstOf(followEvents(server, { types }))).toMatchObject({ type: 'snapshot' });
    expect(server.queries()).toEqual([{ types: 'system_alert,instance_deleted' }]);
  });

  it('begins where the caller says, and does not give that message again', async () => {
    await using server = await startSocketServer([
      sending(hello(9), status(7, 'starting'), status(8, 'running'), status(9, 'stopping')),
    ]);
    expect(await takeMessages(followEvents(server, { since: 'a:7' }), 2)).toEqual([
      'instance_status_changed a:8',
      'instance_status_changed a:9',
    ]);
    expect(server.queries()).toEqual([{ since: 'a:7' }]);
  });

  it('sends token and headers', async () => {
    await using server = await startSocketServer([sending(snapshot(1))]);
    const settings = { baseUrl: server.url, token: async () => 'abc', headers: { 'x-a': 'b' } };
    await firstOf(new LlamactlClient(settings).events());
    expect(server.handshakes[0]?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'x-a': 'b',
    });
    expect(server.handshakes[0]?.url).not.toContain('abc');
  });

  it.each([
    [{ since: 'yesterday' }, '"yesterday" is not a place among events.'],
    [{ types: [] }, 'No type of event is named.'],
    [{ types: ['snapshot' as 'system_alert'] }, '"snapshot" is not a type of event.'],
  ])('refuses %j', async (options, message) => {
    const client = new LlamactlClient({ baseUrl: 'http://127.0.0.1:1' });
    const error = await rejectionAs(firstOf(client.events(options)), InvalidRequestError.is);
    expect(error.message).toBe(message);
  });
});

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

describe('the first connection', () => {
  it('is refused at once where there is no server', async () => {
    const client = new LlamactlClient({ baseUrl: 'http://127.0.0.1:1' });
    const error = await rejectionAs(firstOf(client.events()), ConnectionError.is);
    expect(error.message).toBe('Cannot reach ws://127.0.0.1:1/api/ws: connection refused.');
    expect(error.systemCode).toBe('ECONNREFUSED');
  });

  it('is refused with what the server says', async () => {
    const body = { error: 'No such origin', code: 'ORIGIN_FORBIDDEN', details: 'Allow it.' };
    const headers = { 'X-Request-Id': 'r1' };
    await using server = await startSocketServer([{ status: 403, body, headers }]);
    const error = await rejectionAs(firstOf(followEvents(server)), ApiError.is);
    expect(error).toMatchObject({
      status: 403,
      code: 'ORIGIN_FORBIDDEN',
      details: 'Allow it.',
      requestId: 'r1',
    });
  });

  it('is refused without the token in the error', async () => {
    const body = { error: 'No: Bearer s3cret', code: 'UNAUTHORIZED', details: 's3cret' };
    await using server = await startSocketServer([{ status: 401, body }]);
    const client = new LlamactlClient({ baseUrl: server.url, token: 's3cret' });
    const error = await rejectionAs(firstOf(client.events()), ApiError.is);
    expect(`${error.message} ${error.details} ${error.stack}`).not.toContain('s3cret');
  });

  it('waits where the server has too many at once', async () => {
    await using server = await startSocketServer([
      { status: 503, headers: { 'Retry-After': '0' } },
      sending(snapshot(1)),
    ]);
    expect(await firstOf(followEvents(server))).toMatchObject({ type: 'snapshot' });
  });

  it('ends in a TimeoutError when it is not answered', async () => {
    await using server = await startSocketServer([{ onIgnored() {} }]);
    const call = firstOf(followEvents(server, {}, { openTimeoutMs: 100 }));
    expect(await rejectionAs(call, TimeoutError.is)).toMatchObject({ timeoutMs: 100 });
  });
});

describe('a message that is none', () => {
  it.each([
    ['text', 'rubbish'],
    ['binary', Buffer.from([1, 2])],
    ['a known type without its data', '{"type":"instance_deleted","epoch":"a","seq":2}'],
  ])('of %s ends it with a ProtocolError and closes the socket', async (_, message) => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startSocketServer([
      (socket) => {
        closed = once(socket, 'close');
        socket.send(snapshot(1));
        socket.send(message);
      },
    ]);
    await rejectionAs(takeMessages(followEvents(server), 2), ProtocolError.is);
    await closed;
    expect(server.handshakes).toHaveLength(1);
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

describe('the signal', () => {
  it('ends it without an error, and closes the socket', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startSocketServer([
      (socket) => {
        closed = once(socket, 'close');
        socket.send(snapshot(1));
      },
    ]);
    const controller = new AbortController();
    const seen: string[] = [];
    for await (const { type } of followEvents(server, { signal: controller.signal })) {
      seen.push(type);
      // While the reader waits, not while it works.
      setTimeout(() => controller.abort(), 10);
    }
    expect(seen).toEqual(['snapshot']);
    await closed;
    expect(server.handshakes).toHaveLength(1);
  });

  it('ends it during a pause, and before it begins', async () => {
    await using server = await startSocketServer([cutAfter(snapshot(1)), { status: 503 }]);
    const controller = new AbortController();
    const { signal } = controller;
    const onRetry = () => controller.abort();
    expect(await takeMessages(followEvents(server, { signal, onRetry }), 2)).toHaveLength(1);
    expect(await takeMessages(followEvents(server, { signal }), 2)).toEqual([]);
    expect(server.handshakes).toHaveLength(1);
  });

  it('ends it while the socket is being opened', async () => {
    const controller = new AbortController();
    await using server = await startSocketServer([{ onIgnored: () => controller.abort() }]);
    const { signal } = controller;
    expect(await takeMessages(followEvents(server, { signal }), 1)).toEqual([]);
  });
});
