import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import {
  ApiError,
  InstanceFailedError,
  type InstanceStatus,
  LlamactlClient,
  TimeoutError,
} from '../src/index.js';
import { epoch } from './fixtures/messages.js';
import { rejectionAs } from './fixtures/rejection-of.js';
import { startSocketServer, type Turn } from './fixtures/socket-server.js';

const { snapshot, status, frame } = epoch('a');
const stats = { memory_usage: 1, cpu_usage: 2, uptime: 3 };

/** A server whose instance `x` is looked at in the given statuses, the last of which stays; null is none. */
async function startStatusServer(turn: Turn, ...looks: readonly (InstanceStatus | null)[]) {
  let count = 0;
  const onRequest = (_: IncomingMessage, response: ServerResponse) => {
    const found = looks[Math.min(count, looks.length - 1)] ?? null;
    count += 1;
    response.writeHead(found === null ? 404 : 200, { 'content-type': 'application/json' });
    const body =
      found === null
        ? { error: 'gone', code: 'INSTANCE_NOT_FOUND', details: '' }
        : sampleInstance({ name: 'x', status: found, stats: found === 'running' ? stats : null });
    response.end(JSON.stringify(body));
  };
  const server = await startSocketServer([turn], { onRequest });
  return { ...server, looks: () => count };
}

const sending =
  (...frames: readonly string[]) =>
  (socket: WebSocket) => {
    for (const text of frames) socket.send(text);
  };

const here = (of: InstanceStatus) => snapshot(1, sampleInstance({ name: 'x', status: of }));

describe('waitForStatus with an event stream', () => {
  it('sees every status, looks twice in all, and closes the socket', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startStatusServer(
      (socket) => {
        closed = once(socket, 'close');
        const other = status(3, 'failed', 'other');
        sending(here('stopping'), status(2, 'stopped'), other)(socket);
        sending(status(4, 'starting'), status(5, 'running'))(socket);
      },
      'stopping',
      'running',
    );
    const seen: InstanceStatus[] = [];
    const onStatus = ({ status }: { status: InstanceStatus }) => seen.push(status);
    const client = new LlamactlClient({ baseUrl: server.url });
    const instance = await client.waitForStatus('X', 'running', { onStatus });
    expect(instance).toMatchObject({ name: 'x', status: 'running', stats });
    expect(seen).toEqual(['stopping', 'stopped', 'starting', 'running']);
    expect(server.looks()).toBe(2);
    await closed;
    expect(server.queries()).toEqual([{ types: 'instance_status_changed,instance_deleted' }]);
  });

  it('opens no socket when the instance has that status already', async () => {
    await using server = await startStatusServer({ status: 404 }, 'running');
    const client = new LlamactlClient({ baseUrl: server.url });
    expect((await client.waitForStatus('x', 'running')).stats).toEqual(stats);
    expect(server.handshakes).toEqual([]);
  });

  it('finds a change between the first look and the snapshot', async () => {
    await using server = await startStatusServer(sending(here('stopped')), 'starting');
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.waitForStatus('x', 'running'), InstanceFailedError.is);
    expect(error.message).toContain('is stopped instead of running');
  });

  it('resolves with a status that did not last', async () => {
    await using server = await startStatusServer(
      sending(here('starting'), status(2, 'running'), status(3, 'stopping')),
      'starting',
      'stopping',
    );
    const client = new LlamactlClient({ baseUrl: server.url });
    expect(await client.waitForStatus('x', 'running')).toMatchObject({ status: 'running' });
  });

  it('for running rejects with the diagnosis as soon as the instance failed', async () => {
    await using server = await startStatusServer(
      sending(here('starting'), status(2, 'failed')),
      'starting',
    );
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.waitForStatus('x', 'running'), InstanceFailedError.is);
    expect(error.failure).toBe('model_corrupt');
    expect(server.looks()).toBe(1);
  });

  it.each([
    ['deleted', [here('starting'), frame('instance_deleted', 2, { name: 'x' })]],
    ['gone before the snapshot', [snapshot(1)]],
  ])('rejects when the instance is %s', async (_, frames) => {
    await using server = await startStatusServer(sending(...frames), 'starting', null);
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.waitForStatus('x', 'running'), ApiError.is);
    expect(error.code).toBe('INSTANCE_NOT_FOUND');
  });

  it('looks again and again when the stream breaks or is rubbish', async () => {
    for (const turn of [(socket: WebSocket) => socket.terminate(), sending('rubbish')]) {
      await using server = await startStatusServer(turn, 'starting', 'starting', 'running');
      const client = new LlamactlClient({ baseUrl: server.url });
      expect((await client.waitForStatus('x', 'running')).status).toBe('running');
      expect(server.handshakes).toHaveLength(1);
    }
  });

  it('looks again and again when the stream is never opened', async () => {
    await using server = await startStatusServer({ onIgnored() {} }, 'starting', 'running');
    const client = new LlamactlClient({ baseUrl: server.url });
    expect((await client.waitForStatus('x', 'running')).status).toBe('running');
  });

  it('ends at its own deadline, saying what it saw last, and closes the socket', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startStatusServer((socket) => {
      closed = once(socket, 'close');
      sending(here('stopped'), status(2, 'starting'))(socket);
    }, 'stopped');
    const client = new LlamactlClient({ baseUrl: server.url });
    const call = client.waitForStatus('x', 'running', { timeoutMs: 400 });
    const error = await rejectionAs(call, TimeoutError.is);
    expect(error.lastStatus).toBe('starting');
    await closed;
  });
});
