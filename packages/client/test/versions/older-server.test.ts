import type { RequestListener } from 'node:http';
import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { ApiError, LlamactlClient, ProtocolError } from '../../src/index.js';
import { observeInstance } from '../../src/observe-instance.js';
import { epoch } from '../fixtures/messages.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { startSocketServer } from '../fixtures/socket-server.js';
import { answering, startServer } from '../fixtures/start-server.js';
import { sending } from '../fixtures/turns.js';

const { snapshot, status } = epoch('a');
const older = /older than this client/;
const instance = sampleInstance({ name: 'x', status: 'running' });

const noRoute: RequestListener = (request, response) =>
  answering(404, {
    error: `There is no route ${request.url}.`,
    code: 'NOT_FOUND',
    details: 'The paths of the API begin with /api.',
  })(request, response);

async function serving(listener: RequestListener) {
  const server = await startServer(listener);
  return { ...server, client: new LlamactlClient({ baseUrl: server.url }) };
}

describe('an older server', () => {
  it('without an operation is told from a server without the instance', async () => {
    const gone = { error: 'There is no instance "x".', code: 'INSTANCE_NOT_FOUND', details: 'd' };
    await using server = await serving((request, response) =>
      request.url?.startsWith('/api/requests')
        ? noRoute(request, response)
        : answering(404, gone)(request, response),
    );
    const unknown = await rejectionAs(server.client.listRequests(), ApiError.is);
    expect(unknown).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(unknown.message).toBe('There is no route /api/requests.');
    expect(unknown.details).toMatch(older);
    const missing = await rejectionAs(server.client.getInstance('x'), ApiError.is);
    expect(missing).toMatchObject({ status: 404, code: 'INSTANCE_NOT_FOUND', details: 'd' });
  });

  it('that has the path, but not for this method, is told too', async () => {
    const body = { error: 'PUT is not for it.', code: 'METHOD_NOT_ALLOWED', details: 'Use: GET.' };
    await using server = await serving(answering(405, body, { allow: 'GET' }));
    const error = await rejectionAs(server.client.updateConfig({}), ApiError.is);
    expect(error).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(error.details).toMatch(older);
  });

  it('that leaves a field out is a ProtocolError that names the field; the rest still works', async () => {
    const { restarts: _, ...lacking } = instance;
    await using server = await serving((request, response) =>
      answering(200, request.url === '/health' ? { status: 'ok' } : lacking)(request, response),
    );
    const error = await rejectionAs(server.client.getInstance('x'), ProtocolError.is);
    expect(error.issues.map(({ path }) => path)).toEqual(['restarts']);
    expect(error.message).toContain('restarts');
    expect(error.details).toMatch(older);
    expect(await server.client.getHealth()).toEqual({ status: 'ok' });
  });

  it('without headers of limits and of requests leaves them null', async () => {
    await using server = await serving(answering(200, { instances: [] }));
    expect(await server.client.listInstances()).toEqual([]);
    expect(server.client.rateLimit).toEqual({ regular: null, intensive: null });
  });

  it('without a socket ends `events` with a clear error, while waits look instead', async () => {
    await using server = await startSocketServer(
      [
        {
          status: 404,
          body: { error: 'There is no route /api/ws.', code: 'NOT_FOUND', details: '' },
        },
      ],
      { onRequest: answering(200, instance) },
    );
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.events().next(), ApiError.is);
    expect(error).toMatchObject({ status: 404, message: 'There is no route /api/ws.' });
    expect(error.details).toMatch(older);
    expect((await client.waitForStatus('x', 'running')).status).toBe('running');
  });

  it('need not say hello, nor begin with a snapshot', async () => {
    await using server = await startSocketServer([
      sending(status(7, 'starting'), status(8, 'running'), snapshot(9, instance)),
    ]);
    const client = new LlamactlClient({ baseUrl: server.url });
    const seen: string[] = [];
    for await (const { type, seq } of client.events()) {
      seen.push(`${type} ${seq}`);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['instance_status_changed 7', 'instance_status_changed 8', 'snapshot 9']);
  });

  it('that never tells of a change does not keep a wait from its end', async () => {
    const looks = [{ ...instance, status: 'starting' as const }, instance];
    const look = async () => looks.shift() ?? instance;
    await using server = await startSocketServer([sending()]);
    const client = new LlamactlClient({ baseUrl: server.url });
    const follow = (signal: AbortSignal) => client.events({ signal });
    const seen: string[] = [];
    const signal = AbortSignal.timeout(30_000);
    for await (const { status } of observeInstance({ name: 'x', look, follow }, signal, 20)) {
      seen.push(status);
      if (status === 'running') break;
    }
    expect(seen).toEqual(['starting', 'running']);
  });

  it('that does not know an event refuses the stream and says which', async () => {
    const body = {
      error: 'types: "config_changed" is no type of event.',
      code: 'VALIDATION_FAILED',
      details: '',
      issues: [{ path: 'types', message: 'must be a list out of instance_status_changed' }],
    };
    await using server = await startSocketServer([{ status: 400, body }]);
    const client = new LlamactlClient({ baseUrl: server.url });
    const events = client.events({ types: ['config_changed'] });
    const error = await rejectionAs(events.next(), ApiError.is);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', message: body.error });
  });
});
