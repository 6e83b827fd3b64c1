import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ApiError,
  ConnectionError,
  InvalidRequestError,
  LlamactlClient,
  type LlamactlClientOptions,
  type Session,
} from '../../src/index.js';
import { startAuthServer } from '../fixtures/auth-server.js';
import { rejectionAs, rejectionOf } from '../fixtures/rejection-of.js';

afterEach(() => void vi.useRealTimers());

const nowhere = 'http://127.0.0.1:1';

describe('login', () => {
  it('sends no credential, and the token with everything from then on', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url, apiKey: 'k' });
    const session = await client.login('admin', 'secret');
    await client.listInstances();
    expect(server.bodies).toEqual(['{"username":"admin","password":"secret"}']);
    expect(server.seen).toEqual(['POST /api/auth/login', 'GET /api/instances t1']);
    expect(session).toMatchObject({ token: 't1', expires_at: expect.any(String) });
  });

  it('gives what another client can go on with', async () => {
    await using server = await startAuthServer();
    let kept = '';
    const onToken = (session: Session | null) => {
      kept = JSON.stringify(session);
    };
    await new LlamactlClient({ baseUrl: server.url, onToken }).login('admin', 'secret');
    const other = new LlamactlClient({ baseUrl: server.url, session: JSON.parse(kept) });
    await other.listInstances();
    expect(server.seen.slice(1)).toEqual(['GET /api/instances t1']);
  });

  it('rejects with what the app threw when it was told', async () => {
    await using server = await startAuthServer();
    const onToken = () => {
      throw new Error('disk full');
    };
    const client = new LlamactlClient({ baseUrl: server.url, onToken });
    expect(await rejectionOf(client.login('admin', 'secret'))).toEqual(new Error('disk full'));
  });

  it('leaves no timer behind, which would keep a process alive', async () => {
    await using server = await startAuthServer();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    await new LlamactlClient({ baseUrl: server.url }).login('admin', 'secret');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('refreshToken', () => {
  it('keeps the new token, also of a client that was made with one', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url, token: 'old' });
    expect(await client.refreshToken()).toMatchObject({ token: 't1' });
    await client.listInstances();
    expect(server.seen).toEqual(['POST /api/auth/refresh old', 'GET /api/instances t1']);
  });

  it('begins no session that was ended while it was under way', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    const { arrived, release } = server.hold('/api/auth/refresh');
    const refreshed = client.refreshToken();
    await arrived;
    await client.logout();
    release();
    await refreshed;
    await client.listInstances();
    expect(server.seen.at(-1)).toBe('GET /api/instances');
  });
});

describe('logout', () => {
  it('forgets the session, and what the client was made with counts again', async () => {
    await using server = await startAuthServer();
    const told: (Session | null)[] = [];
    const onToken = (session: Session | null) => told.push(session);
    const client = new LlamactlClient({ baseUrl: server.url, apiKey: 'k', onToken });
    await client.login('admin', 'secret');
    await client.logout({ everywhere: true });
    await client.listInstances();
    expect(server.seen.slice(1)).toEqual(['POST /api/auth/logout t1', 'GET /api/instances k']);
    expect(server.bodies.at(-1)).toBe('{"everywhere":true}');
    expect(told).toMatchObject([{ token: 't1' }, null]);
  });

  it('forgets it also when the server cannot be reached, and says so', async () => {
    const told: (Session | null)[] = [];
    const session = { token: 't1', expires_at: '2099-01-01T00:00:00Z' };
    const onToken = (now: Session | null) => told.push(now);
    const client = new LlamactlClient({ baseUrl: nowhere, session, onToken });
    expect(await rejectionOf(client.logout())).toSatisfy(ConnectionError.is);
    expect(told).toEqual([null]);
  });

  it('of a session that is over already is no error', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    server.refuse('t1', 'UNAUTHORIZED');
    await client.logout();
    await client.listInstances();
    expect(server.seen.at(-1)).toBe('GET /api/instances');
  });
});

describe('what a client is made with', () => {
  const asked = async (options: Partial<LlamactlClientOptions>) => {
    await using server = await startAuthServer();
    server.refuse('old', 'UNAUTHORIZED');
    const client = new LlamactlClient({ baseUrl: server.url, ...options });
    await client.listInstances().catch(() => {});
    return server.seen.map((line) => line.replace('GET /api/instances', '').trim());
  };

  it.each<[string, Partial<LlamactlClientOptions>, string[]]>([
    ['an API key is sent', { apiKey: 'k' }, ['k']],
    ['an empty one is none', { apiKey: '' }, ['']],
    ['a token is sent, once when it is refused', { token: 'old' }, ['old']],
    ['a session is sent', { session: { token: 's', expires_at: '2099-01-01T00:00:00Z' } }, ['s']],
  ])('%s', async (_, options, tokens) => {
    expect(await asked(options)).toEqual(tokens);
  });

  it('a function is asked again when its token is refused, and another one tried once', async () => {
    const script = ['old', 'new'];
    expect(await asked({ token: () => script.shift() ?? 'later' })).toEqual(['old', 'new']);
    expect(await asked({ token: () => 'old' })).toEqual(['old']);
    expect(await asked({ token: async () => null })).toEqual(['']);
  });

  it('is one credential at most, and a session that is one', () => {
    const make = (options: Partial<LlamactlClientOptions>) => () =>
      new LlamactlClient({ baseUrl: nowhere, ...options });
    const refusal = expect.toSatisfy(InvalidRequestError.is);
    expect(make({ apiKey: 's3cret', token: 's3cret' })).toThrow(refusal);
    for (const session of [
      { token: 's3cret' },
      's3cret',
      { token: 's3cret', expires_at: 'soon' },
    ]) {
      expect(make({ session: session as Session })).toThrow(refusal);
    }
    const received = { token: 's3cret', expires_at: '2099-01-01T00:00:00Z', received_at: 'then' };
    expect(make({ session: received })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });
});

describe('a refusal of something else', () => {
  it('does not end the session', async () => {
    await using server = await startAuthServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.login('admin', 'secret');
    server.refuse('t1', 'INVALID_CREDENTIALS', 'requests');
    const call = client.changePassword('admin', { password: 'long enough' });
    expect((await rejectionAs(call, ApiError.is)).code).toBe('INVALID_CREDENTIALS');
    await client.listInstances().catch(() => {});
    expect(server.seen.at(-1)).toBe('GET /api/instances t1');
  });
});
