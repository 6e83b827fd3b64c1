import { request } from 'node:http';
import { roleScopes } from '@llamactl/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthScene, bearer, passwordOf, startAuthScene } from '../support/auth-scene.js';
import { fail, succeed } from '../support/call.js';
import { claimsIn, forgeToken } from '../support/forge-token.js';

let scene: AuthScene;
let url: string;

beforeAll(async () => {
  scene = await startAuthScene({ config: { auth: { token_ttl: 3_600 } } });
  url = scene.url;
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const days = 24 * 3_600 * 1_000;

describe('a login', () => {
  it('gives a token that is good for as long as the configuration says', async () => {
    await scene.addUser('Ann', 'operator');
    const before = Date.now();
    const { token, expires_at } = await succeed(url, 'login', {
      body: { username: 'ANN', password: passwordOf('Ann') },
    });
    const lifeMs = Date.parse(expires_at) - before;
    expect(lifeMs).toBeGreaterThan(3_600_000 - 1_001);
    expect(lifeMs).toBeLessThan(3_600_000 + 60_000);
    expect(claimsIn(token)).toMatchObject({
      sub: 'Ann',
      iss: 'llamactl',
      aud: 'llamactl-api',
      exp: Date.parse(expires_at) / 1_000,
      sid: expect.any(String),
      jti: expect.any(String),
      iat: expect.any(Number),
    });
    expect(await succeed(url, 'getIdentity', { headers: bearer(token) })).toEqual({
      auth_enabled: true,
      kind: 'user',
      username: 'Ann',
      role: 'operator',
      scopes: roleScopes.operator,
      instances: null,
      expires_at,
    });
  });

  it.each([
    ['nobody', passwordOf('Ann')],
    ['Ann', 'wrong'],
    ['Ann', passwordOf('ann')],
    ['Ann', `${passwordOf('Ann')} `],
  ])('as %s with "%s" is refused, without saying what is wrong', async (username, password) => {
    const { error, details, headers } = await fail(url, 'login', 'INVALID_CREDENTIALS', {
      body: { username, password },
    });
    expect(`${error} ${details}`).not.toMatch(/nobody|Ann/);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it('takes a password however its accents are written, and any headers beside it', async () => {
    const body = { username: 'accents', role: 'viewer', password: 'caf\u00e9 cr\u00e8me' } as const;
    await succeed(url, 'createUser', { headers: scene.admin, body });
    await succeed(url, 'login', {
      headers: bearer('stale'),
      body: { username: 'accents', password: 'cafe\u0301 cre\u0300me' },
    });
  });
});

describe('a refresh', () => {
  it('gives another token of the same session, and the old one stays good', async () => {
    const old = await scene.login('Ann');
    const { token, expires_at } = await succeed(url, 'refreshToken', { headers: bearer(old) });
    expect(token).not.toBe(old);
    expect(claimsIn(token)).toMatchObject({ sid: claimsIn(old).sid, sub: 'Ann' });
    expect(claimsIn(token).exp).toBe(Date.parse(expires_at) / 1_000);
    for (const each of [old, token]) {
      await succeed(url, 'listInstances', { headers: bearer(each) });
    }
    await succeed(url, 'logout', { headers: bearer(token) });
    for (const each of [old, token]) {
      await fail(url, 'listInstances', 'UNAUTHORIZED', { headers: bearer(each) });
    }
  });

  it('never leads beyond the 30 days of a session', async () => {
    await using long = await startAuthScene({ config: { auth: { token_ttl: 2_592_000 } } });
    const body = { username: 'admin', password: long.adminPassword };
    const login = await succeed(long.url, 'login', { body });
    const end = Date.parse(login.expires_at);
    expect(Math.abs(end - Date.now() - 30 * days)).toBeLessThan(60_000);
    const headers = bearer(login.token);
    const refreshed = await succeed(long.url, 'refreshToken', { headers });
    expect(Date.parse(refreshed.expires_at)).toBe(end);
  });

  it('is for tokens that are still good', async () => {
    const token = await scene.login('Ann');
    const now = Math.floor(Date.now() / 1_000);
    const aged = (seconds: number) =>
      bearer(forgeToken(token, { claims: { exp: now - seconds }, secret: scene.secret }));
    await fail(url, 'refreshToken', 'TOKEN_EXPIRED', { headers: aged(40) });
    // Clocks may differ by 30 seconds.
    await succeed(url, 'refreshToken', { headers: aged(15) });
    await fail(url, 'refreshToken', 'UNAUTHORIZED');
  });

  it('is nothing for API keys, nor is a logout', async () => {
    const { headers } = await scene.addKey({ scopes: ['admin'] });
    await fail(url, 'refreshToken', 'FORBIDDEN', { headers });
    await fail(url, 'logout', 'FORBIDDEN', { headers });
  });
});

describe('S7: a session ends', () => {
  it('at logout, and no other of the user', async () => {
    const [one, other] = [bearer(await scene.login('Ann')), bearer(await scene.login('Ann'))];
    await succeed(url, 'logout', { headers: one });
    await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers: one });
    await succeed(url, 'getIdentity', { headers: other });
  });

  it('at a logout everywhere, and none of other users', async () => {
    const [one, other] = [bearer(await scene.login('Ann')), bearer(await scene.login('Ann'))];
    await succeed(url, 'logout', { headers: one, body: { everywhere: true } });
    for (const headers of [one, other]) await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers });
    await succeed(url, 'getIdentity', { headers: scene.admin });
  });

  it('when the user is deleted, also for one of the same name that comes later', async () => {
    const headers = await scene.addUser('again', 'viewer');
    const key = await scene.addKey({ scopes: ['read'] }, headers);
    await succeed(url, 'deleteUser', { headers: scene.admin, name: 'again' });
    await scene.addUser('again', 'viewer');
    await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers });
    await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers: key.headers });
  });

  it('when the role changes, and not when it stays', async () => {
    const headers = await scene.addUser('climber', 'viewer');
    const setRole = (role: string) =>
      succeed(url, 'updateUser', { headers: scene.admin, name: 'CLIMBER', body: { role } });
    expect((await setRole('viewer')).user).toMatchObject({ username: 'climber', role: 'viewer' });
    await succeed(url, 'getIdentity', { headers });
    expect((await setRole('operator')).user).toMatchObject({ role: 'operator' });
    await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers });
  });
});

describe('while authentication is on, the Host header', () => {
  it('may name anything: whoever is asked for a credential is no page of another site', async () => {
    const headers = { ...scene.admin, host: 'llm.example.org' };
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${url}/api/instances`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(200);
  });
});
