import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthScene, bearer, passwordOf, startAuthScene } from '../support/auth-scene.js';
import { call, fail, succeed } from '../support/call.js';

let scene: AuthScene;
let url: string;

beforeAll(async () => {
  scene = await startAuthScene();
  url = scene.url;
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const newUser = (username: string, role = 'viewer') => ({
  headers: scene.admin,
  body: { username, role, password: passwordOf(username) },
});

describe('users', () => {
  it('are added, listed in the order of their names, changed and deleted', async () => {
    const created = await succeed(url, 'createUser', newUser('Zoe', 'operator'));
    expect(created).toEqual({
      message: 'User created successfully',
      user: {
        username: 'Zoe',
        role: 'operator',
        created_at: expect.any(String),
        updated_at: created.user.created_at,
      },
    });
    await succeed(url, 'createUser', newUser('bob'));
    const names = async () =>
      (await succeed(url, 'listUsers', { headers: scene.admin })).users.map((u) => u.username);
    expect(await names()).toEqual(['admin', 'bob', 'Zoe']);
    const change = { headers: scene.admin, name: 'zoe', body: { role: 'admin' } };
    const { user } = await succeed(url, 'updateUser', change);
    expect(user).toMatchObject({ username: 'Zoe', role: 'admin' });
    expect(user.updated_at > user.created_at).toBe(true);
    await succeed(url, 'deleteUser', { headers: scene.admin, name: 'ZOE' });
    expect(await names()).toEqual(['admin', 'bob']);
    for (const id of ['updateUser', 'deleteUser'] as const) {
      await fail(url, id, 'USER_NOT_FOUND', { ...change, name: 'zoe' });
    }
  });

  it('are unique without regard to case: of many at once one is added', async () => {
    const names = ['Eve', 'eve', 'EVE', 'evE', 'eVe'];
    const answers = await Promise.all(names.map((name) => call(url, 'createUser', newUser(name))));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 409, 409, 409, 409]);
    await fail(url, 'createUser', 'USER_EXISTS', newUser('ADMIN'));
    const { users } = await succeed(url, 'listUsers', { headers: scene.admin });
    expect(users.filter(({ username }) => /^eve$/i.test(username))).toHaveLength(1);
  });

  it('always have an admin among them', async () => {
    await using own = await startAuthScene();
    const admins = { headers: own.admin, name: 'admin', body: { role: 'operator' } };
    await fail(own.url, 'deleteUser', 'LAST_ADMIN', admins);
    await fail(own.url, 'updateUser', 'LAST_ADMIN', admins);
    const second = await own.addUser('second', 'admin');
    const answers = await Promise.all([
      call(own.url, 'deleteUser', { headers: second, name: 'admin' }),
      call(own.url, 'deleteUser', { headers: own.admin, name: 'second' }),
      call(own.url, 'updateUser', { headers: second, name: 'second', body: { role: 'viewer' } }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each([
    { username: '-x', password: 'long enough', role: 'viewer' },
    { username: 'a b', password: 'long enough', role: 'viewer' },
    { username: 'a', password: 'short', role: 'viewer' },
    { username: 'a', password: 'long enough', role: 'root' },
    { username: 'a', password: '', role: 'viewer' },
    { username: 'a', role: 'viewer' },
    { username: 'a', password: 'long enough' },
    { username: 'a', password: 'long enough', role: 'viewer', scopes: ['admin'] },
  ])('are refused when something is wrong, and the password is not shown: %j', async (body) => {
    const answer = await fail(url, 'createUser', 'VALIDATION_FAILED', {
      headers: scene.admin,
      body,
    });
    expect(JSON.stringify(answer)).not.toContain('long enough');
  });
});

describe('a password', () => {
  const set = (username: string, body: object, headers = scene.admin) => ({
    name: username,
    headers,
    body,
  });

  it('is changed by its owner, who knows it, and ends all sessions', async () => {
    const one = await scene.addUser('ann', 'viewer');
    const other = bearer(await scene.login('ann'));
    const password = 'something new';
    const missing = await fail(
      url,
      'changePassword',
      'VALIDATION_FAILED',
      set('ANN', { password }, one),
    );
    expect(missing.issues).toMatchObject([{ path: 'current_password' }]);
    const wrong = { password, current_password: 'wrong' };
    await fail(url, 'changePassword', 'INVALID_CREDENTIALS', set('ann', wrong, one));
    await succeed(url, 'getIdentity', { headers: one });
    const right = { password, current_password: passwordOf('ann') };
    await succeed(url, 'changePassword', set('ann', right, one));
    for (const headers of [one, other]) await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers });
    const body = { username: 'ann', password: passwordOf('ann') };
    await fail(url, 'login', 'INVALID_CREDENTIALS', { body });
    await scene.login('ann', password);
  });

  it('of others is set by admins alone', async () => {
    const olga = await scene.addUser('olga', 'operator');
    await scene.addUser('otto', 'viewer');
    const body = { password: 'something new', current_password: passwordOf('otto') };
    for (const name of ['otto', 'nobody']) {
      await fail(url, 'changePassword', 'FORBIDDEN', set(name, body, olga));
    }
    await succeed(url, 'changePassword', set('otto', { password: 'something new' }));
    await scene.login('otto', 'something new');
    await fail(url, 'changePassword', 'USER_NOT_FOUND', set('nobody', { password: 'long enough' }));
    const { headers } = await scene.addKey({ scopes: ['admin'] });
    await succeed(url, 'changePassword', set('otto', { password: 'set by key' }, headers));
    const own = set('admin', { password: 'set by key' }, headers);
    await fail(url, 'changePassword', 'VALIDATION_FAILED', own);
  });

  it('that is changed while somebody logs in with the old one, does not let them in', async () => {
    await scene.addUser('racer', 'viewer');
    const body = { username: 'racer', password: passwordOf('racer') };
    // It goes first; the others are compared with the old one before it is done.
    const changed = succeed(url, 'changePassword', set('racer', { password: 'something new' }));
    const attempts = Array.from({ length: 4 }, () => call(url, 'login', { body }));
    const tokens = (await Promise.all(attempts)).flatMap(({ answer }) =>
      'token' in (answer as object) ? [(answer as { token: string }).token] : [],
    );
    await changed;
    for (const token of tokens) {
      await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers: bearer(token) });
    }
  });
});
