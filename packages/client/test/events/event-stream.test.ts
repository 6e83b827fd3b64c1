import { once } from 'node:events';
import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import {
  ApiError,
  ConnectionError,
  type EventMessage,
  InvalidRequestError,
  LlamactlClient,
  ProtocolError,
  TimeoutError,
} from '../../src/index.js';
import { followEvents, takeMessages } from '../fixtures/follow-events.js';
import { epoch } from '../fixtures/messages.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { startSocketServer } from '../fixtures/socket-server.js';
import { cutAfter, sending } from '../fixtures/turns.js';

const { hello, snapshot, status } = epoch('a');

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
      sending('{"type":"weather_changed"}', snapshot(1)),
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
