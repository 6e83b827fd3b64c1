import { describe, expect, it } from 'vitest';
import { AbortedError, ApiError, LlamactlClient, type Session } from '../../src/index.js';
import { sessionThatIsDue, startAuthServer } from '../fixtures/auth-server.js';
import { rejectionAs, rejectionOf } from '../fixtures/rejection-of.js';

const list = (token: string) => `GET /api/instances ${token}`;
const refresh = (token: string) => `POST /api/auth/refresh ${token}`;

describe('a token whose time is nearly over', () => {
  it('is traded once for all requests that go out together', async () => {
    await using server = await startAuthServer();
    const told: (string | undefined)[] = [];
    const client = new LlamactlClient({
      baseUrl: server.url,
      session: sessionThatIsDue(),
      onToken: (session) => told.push(session?.token),
    });
    await Promise.all(Array.from({ length: 20 }, () => client.listInstances()));
    expect(server.seen[0]).toBe(refresh('t0'));
    expect(server.seen.slice(1)).toEqual(Array.from({ length: 20 }, () => list('t1')));
    await client.listInstances();
    expect(server.seen.slice(21)).toEqual([list('t1')]);
    expect(told).toEqual(['t1']);
  });

  it('is used on while it cannot be traded, which is not tried with each request', async () => {
    await using server = await startAuthServer();
    server.refuse('t0', 'INTERNAL_ERROR', 'refresh');
    const client = new LlamactlClient({ baseUrl: server.url, session: sessionThatIsDue() });
    await client.listInstances();
    await client.listInstances();
    expect(server.seen).toEqual([refresh('t0'), list('t0'), list('t0')]);
  });

  it('is traded for the others when one that waits for it is aborted', async () => {
    await using server = await startAuthServer();
    const { arrived, release } = server.hold('/api/auth/refresh');
    const client = new LlamactlClient({ baseUrl: server.url, session: sessionThatIsDue() });
    const controller = new AbortController();
    const aborted = rejectionOf(client.listInstances({ signal: controller.signal }));
    const other = client.listInstances();
    await arrived;
    controller.abort();
    expect(await aborted).toSatisfy(AbortedError.is);
    release();
    await other;
    expect(server.seen).toEqual([refresh('t0'), list('t1')]);
  });

  it('is not traded by what is for everybody, nor by a logout', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url, session: sessionThatIsDue() });
    await client.getHealth().catch(() => {});
    await client.logout();
    expect(server.seen).toEqual(['GET /health t0', 'POST /api/auth/logout t0']);
  });

  it('does not come back when the app logged out meanwhile', async () => {
    await using server = await startAuthServer();
    const { arrived, release } = server.hold('/api/auth/refresh');
    const told: (Session | null)[] = [];
    const client = new LlamactlClient({
      baseUrl: server.url,
      session: sessionThatIsDue(),
      onToken: (session) => told.push(session),
    });
    const waiting = client.listInstances();
    await arrived;
    await client.logout();
    release();
    await waiting;
    expect(server.seen.at(-1)).toBe('GET /api/instances');
    expect(told).toEqual([null]);
  });
});

describe('a token with most of its time left', () => {
  it.each([
    ['agrees', 0],
    ['is five hours ahead', 5 * 3_600_000],
    ['is five hours behind', -5 * 3_600_000],
  ])('is used as it is when the clock of the server %s', async (_, aheadMs) => {
    await using server = await startAuthServer({ ttlSeconds: 3_600, aheadMs });
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    await client.listInstances();
    expect(server.seen).toEqual(['POST /api/auth/login', list('t1')]);
  });
});

describe('a token that the server does not take any more', () => {
  it('is traded when it has expired, and the request sent once more, whatever it asks for', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    server.refuse('t1', 'TOKEN_EXPIRED', 'requests');
    expect(await client.startInstance('x')).toEqual({ status: 'starting' });
    const start = 'POST /api/instances/x/start';
    expect(server.seen.slice(1)).toEqual([`${start} t1`, refresh('t1'), `${start} t2`]);
  });

  it('is forgotten when it cannot be traded, and the app is told', async () => {
    await using server = await startAuthServer();
    const told: (Session | null)[] = [];
    const onToken = (session: Session | null) => told.push(session);
    const client = new LlamactlClient({ baseUrl: server.url, onToken });
    const session = await client.login('admin', 'secret');
    server.refuse('t1', 'TOKEN_EXPIRED');
    const error = await rejectionAs(client.listInstances(), ApiError.is);
    expect(error).toMatchObject({ status: 401, code: 'TOKEN_EXPIRED' });
    expect(told).toEqual([session, null]);
    await client.listInstances();
    expect(server.seen.slice(1)).toEqual([list('t1'), refresh('t1'), 'GET /api/instances']);
  });

  it('is forgotten at once when its session is over', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    server.refuse('t1', 'UNAUTHORIZED');
    expect(await rejectionOf(client.listInstances())).toSatisfy((error) =>
      ApiError.is(error, 'UNAUTHORIZED'),
    );
    expect(server.seen.slice(1)).toEqual([list('t1')]);
  });

  it('is not sent twice: a refusal of the second one is the answer', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    server.refuse('t1', 'TOKEN_EXPIRED', 'requests');
    server.refuse('t2', 'TOKEN_EXPIRED', 'requests');
    await rejectionAs(client.listInstances(), ApiError.is);
    expect(server.seen.slice(1)).toEqual([list('t1'), refresh('t1'), list('t2')]);
  });

  it('gives way to a newer one that the client has by then', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    const { arrived, release } = server.hold('/api/instances');
    const waiting = client.listInstances();
    await arrived;
    server.refuse('t1', 'UNAUTHORIZED');
    await client.login('admin', 'secret');
    release();
    expect(await waiting).toHaveLength(1);
    expect(server.seen.at(-1)).toBe(list('t2'));
  });
});
