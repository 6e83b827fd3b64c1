import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.js';
import { type AuthScene, startAuthScene } from '../support/auth-scene.js';
import { call, fail, succeed } from '../support/call.js';

let scene: AuthScene;
let url: string;

beforeAll(async () => {
  scene = await startAuthScene();
  url = scene.url;
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const walBytes = async () => (await stat(`${scene.test.dir}/data/llamactl.db-wal`)).size;

const inDatabase = (sql: string) => {
  const database = openDatabase(`${scene.test.dir}/data/llamactl.db`);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};

describe('an API key', () => {
  it('is shown once, kept as a hash, and good as bearer and as x-api-key', async () => {
    const { key, api_key } = await scene.addKey({ name: 'webui', scopes: ['read', 'read'] });
    expect(key).toMatch(/^llk_[A-Za-z0-9_-]{43}$/);
    expect(api_key).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'webui',
      hint: key.slice(0, 12),
      username: 'admin',
      scopes: ['read'],
      instances: null,
      created_at: expect.any(String),
      expires_at: null,
      last_used_at: null,
    });
    for (const headers of [{ authorization: `bearer  ${key}` }, { 'x-api-key': key }]) {
      expect(await succeed(url, 'getIdentity', { headers })).toMatchObject({
        kind: 'api_key',
        username: 'admin',
        role: 'admin',
        scopes: ['read'],
        expires_at: null,
      });
    }
    expect(JSON.stringify(inDatabase('SELECT * FROM api_keys'))).not.toContain(key.slice(12));
    const { keys } = await succeed(url, 'listApiKeys', { headers: scene.admin });
    expect(JSON.stringify(keys)).not.toContain(key.slice(12));
  });

  it('counts behind Authorization, where there are both, but not behind that of a proxy', async () => {
    const { key } = await scene.addKey({ scopes: ['read'] });
    const ask = (authorization: string) =>
      call(url, 'getIdentity', { headers: { authorization, 'x-api-key': key } });
    expect(await ask(String(scene.admin.authorization))).toMatchObject({
      answer: { kind: 'user' },
    });
    expect(await ask('Bearer wrong')).toMatchObject({ status: 401 });
    expect(await ask('Bearer')).toMatchObject({ status: 401 });
    expect(await ask('Basic dTpw')).toMatchObject({ answer: { kind: 'api_key' } });
  });

  it('says when it was used last, to the minute, without a write for each request', async () => {
    const { headers, api_key } = await scene.addKey({});
    await succeed(url, 'getIdentity', { headers });
    const usedAt = async () => {
      const { keys } = await succeed(url, 'listApiKeys', { headers: scene.admin });
      return keys.find(({ id }) => id === api_key.id)?.last_used_at;
    };
    const first = String(await usedAt());
    expect(first).toMatch(/T\d\d:\d\d:00\.000Z$/);
    expect(Date.now() - Date.parse(first)).toBeLessThan(120_000);
    const before = await walBytes();
    for (let n = 0; n < 50; n++) await succeed(url, 'getIdentity', { headers });
    if ((await usedAt()) === first) expect(await walBytes()).toBe(before);
  });

  it('is allowed no more than its owner, now and later', async () => {
    const ann = await scene.addUser('ann', 'operator');
    await fail(url, 'createApiKey', 'FORBIDDEN', {
      headers: ann,
      body: { name: 'x', scopes: ['read', 'admin'] },
    });
    const { headers } = await scene.addKey({ scopes: ['read', 'operate', 'inference'] }, ann);
    const scopes = async () => (await succeed(url, 'getIdentity', { headers })).scopes;
    expect(await scopes()).toEqual(['read', 'operate', 'inference']);
    const set = (role: string) =>
      succeed(url, 'updateUser', { headers: scene.admin, name: 'ann', body: { role } });
    await set('viewer');
    expect(await scopes()).toEqual(['read']);
    await fail(url, 'startAllInstances', 'FORBIDDEN', { headers });
    await set('operator');
    expect(await scopes()).toEqual(['read', 'operate', 'inference']);
  });

  it.each([
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['root'] }, 'scopes.0'],
    [{ name: '' }, 'name'],
    [{ instances: [] }, 'instances'],
    [{ instances: ['../x'] }, 'instances'],
    [{ scopes: ['admin'], instances: ['a'] }, 'instances'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ expires_at: 'tomorrow' }, 'expires_at'],
    [{ expires_at: '2030-01-01T00:00:00+02:00' }, 'expires_at'],
    [{ username: 'ann' }, 'username'],
  ])('is refused when something is wrong: %j', async (more, path) => {
    const body = { name: 'x', scopes: ['read'], ...more };
    const { issues } = await fail(url, 'createApiKey', 'VALIDATION_FAILED', {
      headers: scene.admin,
      body,
    });
    expect(issues?.[0]?.path).toBe(path);
  });

  it('of another is neither seen nor revoked, but by admins', async () => {
    const bob = await scene.addUser('bob', 'viewer');
    const eve = await scene.addUser('eve', 'operator');
    const { headers, api_key } = await scene.addKey({ scopes: ['metrics'] }, bob);
    expect((await succeed(url, 'listApiKeys', { headers: bob })).keys).toEqual([api_key]);
    expect((await succeed(url, 'listApiKeys', { headers: eve })).keys).toEqual([]);
    const other = { headers: eve, name: api_key.id };
    const { error } = await fail(url, 'deleteApiKey', 'KEY_NOT_FOUND', other);
    const none = await fail(url, 'deleteApiKey', 'KEY_NOT_FOUND', { ...other, name: 'abc' });
    expect(none.error).toBe(error.replace(api_key.id, 'abc'));
    await succeed(url, 'getIdentity', { headers });
    await succeed(url, 'deleteApiKey', { headers: scene.admin, name: api_key.id });
    await fail(url, 'getIdentity', 'UNAUTHORIZED', { headers });
  });

  it('with the scope admin may do what admins do', async () => {
    const { headers } = await scene.addKey({ scopes: ['admin'] });
    const made = await scene.addKey({ scopes: ['admin'] }, headers);
    expect(made.api_key.username).toBe('admin');
    await fail(url, 'createApiKey', 'FORBIDDEN', {
      headers,
      body: { name: 'x', scopes: ['read'] },
    });
    const { keys } = await succeed(url, 'listApiKeys', { headers });
    expect(keys.map(({ id }) => id)).toContain(made.api_key.id);
    await fail(url, 'listInstances', 'FORBIDDEN', { headers });
  });
});
