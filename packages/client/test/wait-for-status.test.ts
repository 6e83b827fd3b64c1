import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ApiError,
  ConnectionError,
  InstanceFailedError,
  type InstanceStatus,
  InvalidRequestError,
  LlamactlClient,
  TimeoutError,
} from '../src/index.js';
import { rejectionAs, rejectionOf } from './fixtures/rejection-of.js';
import { answering, startServer } from './fixtures/start-server.js';

/** Answers with one status after the other, or with nothing; the last one stays. */
function startScript(...statuses: readonly (InstanceStatus | 429 | 'gone')[]) {
  let next = 0;
  return startServer((request, response) => {
    const status = statuses[Math.min(next, statuses.length - 1)] ?? 'stopped';
    next += 1;
    if (status === 'gone') return void request.socket.destroy();
    if (status === 429) {
      const body = { error: 'too many', code: 'RATE_LIMITED', details: 'wait' };
      return answering(429, body, { 'retry-after': '0' })(request, response);
    }
    const failure = status === 'failed' ? 'model_corrupt' : null;
    answering(200, sampleInstance({ status, failure }))(request, response);
  });
}

describe('waitForStatus without an event stream', () => {
  it('resolves with the instance and calls back once per status', async () => {
    await using server = await startScript('stopped', 'starting', 'starting', 'running');
    const seen: InstanceStatus[] = [];
    const client = new LlamactlClient({ baseUrl: server.url });
    const onStatus = ({ status }: { status: InstanceStatus }) => seen.push(status);
    const instance = await client.waitForStatus('x', 'running', { onStatus });
    expect(instance.status).toBe('running');
    expect(seen).toEqual(['stopped', 'starting', 'running']);
    expect(server.requests()).toBe(4);
  });

  it('for running rejects with the diagnosis as soon as the instance failed', async () => {
    await using server = await startScript('starting', 'failed');
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.waitForStatus('x', 'running'), InstanceFailedError.is);
    expect(error.failure).toBe('model_corrupt');
    expect(server.requests()).toBe(2);
  });

  it('for running rejects when the instance is stopped while starting', async () => {
    await using server = await startScript('starting', 'stopped');
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.waitForStatus('x', 'running'), InstanceFailedError.is);
    expect(error.message).toContain('is stopped instead of running');
  });

  it.each<[what: string, statuses: readonly InstanceStatus[]]>([
    ['runs', ['stopping', 'stopped', 'starting', 'running']],
    ['is starting', ['starting', 'stopping', 'stopped', 'starting', 'running']],
    ['is starting, whose stop is not seen', ['starting', 'stopped', 'starting', 'running']],
  ])('for running outlasts the stopped moment of a restart of what %s', async (_, statuses) => {
    await using server = await startScript(...statuses);
    const client = new LlamactlClient({ baseUrl: server.url });
    expect((await client.waitForStatus('x', 'running')).status).toBe('running');
  });

  it('for failed or stopped does not mind a failure', async () => {
    await using server = await startScript('starting', 'failed', 'stopped');
    const client = new LlamactlClient({ baseUrl: server.url });
    expect((await client.waitForStatus('x', 'failed')).failure).toBe('model_corrupt');
    expect((await client.waitForStatus('x', 'stopped')).status).toBe('stopped');
  });

  it('ends at its own deadline, saying what it saw last', async () => {
    await using server = await startScript('starting');
    const client = new LlamactlClient({ baseUrl: server.url });
    const call = client.waitForStatus('x', 'running', { timeoutMs: 250 });
    const error = await rejectionAs(call, TimeoutError.is);
    expect(error.message).toBe('Instance "x" was not running within 250 ms; it was last starting.');
    expect(error).toMatchObject({ lastStatus: 'starting', timeoutMs: 250 });
  });

  it('ends at its deadline when the server never answers', async () => {
    await using server = await startServer(() => {});
    const client = new LlamactlClient({ baseUrl: server.url });
    const call = client.waitForStatus('x', 'running', { timeoutMs: 100 });
    const error = await rejectionAs(call, TimeoutError.is);
    expect(error.lastStatus).toBeNull();
    expect(error.message).toContain('the server has not answered');
  });

  it("ends with the caller's signal", async () => {
    await using server = await startScript('starting');
    const controller = new AbortController();
    const client = new LlamactlClient({ baseUrl: server.url });
    const call = client.waitForStatus('x', 'running', {
      signal: controller.signal,
      onStatus: () => controller.abort(),
    });
    expect(await rejectionOf(call)).toSatisfy(AbortedError.is);
  });

  it('goes on when the server says that there were too many requests', async () => {
    await using server = await startScript('starting', 429, 429, 'running');
    const client = new LlamactlClient({ baseUrl: server.url });
    expect((await client.waitForStatus('x', 'running')).status).toBe('running');
    expect(server.requests()).toBe(4);
  });

  it('outlasts a restart of the server', async () => {
    const away = Array<'gone'>(3).fill('gone');
    await using server = await startScript('starting', ...away, 'starting', ...away, 'running');
    const client = new LlamactlClient({ baseUrl: server.url, retries: 0 });
    expect((await client.waitForStatus('x', 'running')).status).toBe('running');
  });

  it('rejects when the server was never there', async () => {
    await using server = await startScript('gone');
    const client = new LlamactlClient({ baseUrl: server.url, retries: 0 });
    expect(await rejectionOf(client.waitForStatus('x', 'running'))).toSatisfy(ConnectionError.is);
  });

  it('rejects when the instance is gone, and for a status that there is not', async () => {
    const body = { error: 'gone', code: 'INSTANCE_NOT_FOUND', details: '' };
    await using server = await startServer(answering(404, body));
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.waitForStatus('x', 'stopped'), ApiError.is);
    expect(error.code).toBe('INSTANCE_NOT_FOUND');
    const call = client.waitForStatus('x', 'ready' as InstanceStatus);
    expect(await rejectionOf(call)).toSatisfy(InvalidRequestError.is);
  });
});
