import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type TempDir, tempDir } from '@llamactl/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFolder } from '../../src/sessions/config-folder.js';
import { createSessionStore } from '../../src/sessions/session-store.js';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

let home: TempDir;
beforeEach(async () => {
  home = await tempDir('llamactl-home-');
});
afterEach(() => home.remove());

const env = () => ({ HOME: home.path, XDG_CONFIG_HOME: join(home.path, 'config') });
const authorizations = (seen: readonly { headers: Readonly<Record<string, string>> }[]) =>
  seen.map(({ headers }) => headers.authorization);

describe('login', () => {
  it('asks for the password at the terminal, and keeps the login for what follows', async () => {
    await using api = await startFakeApi();
    const asked: string[] = [];
    const around = { env: env(), typed: ['secret'], asked };
    const { code, out } = await runCli(api, ['login', 'admin'], around);
    expect({ code, out }).toEqual({ code: 0, out: `Logged in as admin at ${api.url}.\n` });
    expect(asked).toEqual([`Password of admin at ${api.url}: `]);
    expect(api.seen[0]?.body).toEqual({ username: 'admin', password: 'secret' });
    await runCli(api, ['ls'], { env: env() });
    // However the address is written.
    await runCli(null, ['ls', '--server', `${api.url}/api/`], { env: env() });
    const bearer = 'Bearer sample.token.1';
    expect(authorizations(api.seen)).toEqual([undefined, bearer, bearer]);
  });

  it('reads the password from standard input when told to', async () => {
    await using api = await startFakeApi();
    const around = { env: env(), stdin: 'secret with spaces \n' };
    const argv = ['login', 'admin', '--password-stdin', '--json'];
    const { out } = await runCli(api, argv, around);
    expect(JSON.parse(out)).toEqual({ expires_at: '2099-01-16T14:30:00Z' });
    expect(api.seen[0]?.body).toMatchObject({ password: 'secret with spaces ' });
  });

  it.each([
    [['login'], 2, 'As whom? Give the name of a user.'],
    [['login', 'admin'], 2, 'There is no terminal to ask at; give --password-stdin.'],
    [['login', 'admin', 'secret'], 2, '"secret" is too much.'],
    [['login', 'admin', '--password-stdin'], 1, 'Standard input has to have a line'],
  ])('%j is not understood', async (argv, expected, message) => {
    await using api = await startFakeApi();
    const { code, err } = await runCli(api, argv, { env: env() });
    expect(code).toBe(expected);
    expect(err).toContain(message);
    expect(api.seen).toEqual([]);
  });

  it('says that a wrong password is wrong, and keeps nothing', async () => {
    await using api = await startFakeApi({ login: [{ code: 'INVALID_CREDENTIALS' }] });
    const { code, err } = await runCli(api, ['login', 'a'], { env: env(), typed: ['x'] });
    expect(code).toBe(1);
    expect(err).toBe('error: The name or the password is wrong.\n');
    expect(await readdir(home.path)).toEqual([]);
  });

  it('fails when the login cannot be kept, without a stack', async () => {
    await using api = await startFakeApi();
    const { code, err } = await runCli(api, ['login', 'a'], { typed: ['x'] });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: The login cannot be kept: .*\n {2}It belongs into .*sessions\.\n$/,
    );
  });

  it('tells of what goes before it', async () => {
    await using api = await startFakeApi();
    const around = { env: { ...env(), LLAMACTL_API_KEY: 'k' }, typed: ['x'] };
    const { err } = await runCli(api, ['login', 'a'], around);
    expect(err).toBe('LLAMACTL_API_KEY is set, and goes before the login: unset it.\n');
    await runCli(api, ['ls'], around);
    expect(authorizations(api.seen)).toEqual([undefined, 'Bearer k']);
  });
});

describe('a kept login', () => {
  const login = (api: { readonly url: string }) =>
    runCli(api, ['login', 'admin'], { env: env(), typed: ['x'] });

  it('is forgotten when the server does not take it any more, with what to do', async () => {
    await using api = await startFakeApi({ listInstances: [{ code: 'UNAUTHORIZED' }] });
    await login(api);
    const { code, err } = await runCli(api, ['ls'], { env: env() });
    expect(code).toBe(1);
    expect(err).toContain('Log in: llamactl login USER, or put an API key into LLAMACTL_API_KEY.');
    await runCli(api, ['ls'], { env: env() });
    expect(authorizations(api.seen).at(-1)).toBeUndefined();
  });

  it('is renewed while it is used, and the new token kept', async () => {
    await using api = await startFakeApi();
    const now = Date.now();
    createSessionStore(configFolder(env())).write(api.url, {
      token: 'first',
      expires_at: new Date(now + 60_000).toISOString(),
      received_at: new Date(now - 3_600_000).toISOString(),
    });
    await runCli(api, ['ls'], { env: env() });
    await runCli(api, ['ls'], { env: env() });
    const ids = api.seen.map(({ id }) => id);
    expect(ids).toEqual(['refreshToken', 'listInstances', 'listInstances']);
    expect(authorizations(api.seen)).toEqual([
      'Bearer first',
      'Bearer sample.token.2',
      'Bearer sample.token.2',
    ]);
  });

  it('is ended by logout, here and at the server', async () => {
    await using api = await startFakeApi();
    await login(api);
    const { code, out } = await runCli(api, ['logout', '--everywhere'], { env: env() });
    expect({ code, out }).toEqual({ code: 0, out: `Logged out at ${api.url}.\n` });
    expect(api.seen[1]).toMatchObject({ id: 'logout', body: { everywhere: true } });
    const again = await runCli(api, ['logout'], { env: env() });
    expect(again).toEqual({ code: 0, out: `Not logged in at ${api.url}.\n`, err: '' });
    expect(api.seen).toHaveLength(2);
  });

  it('is forgotten by logout also when the server is not there, which is said', async () => {
    let url = '';
    {
      await using api = await startFakeApi();
      await login(api);
      url = api.url;
    }
    const { code, err } = await runCli({ url }, ['logout'], { env: env() });
    expect(code).toBe(1);
    expect(err).toContain('forgotten here, but the server has not ended it.\nerror: Cannot reach');
    expect((await runCli({ url }, ['logout'], { env: env() })).out).toContain('Not logged in');
  });
});

describe('the environment', () => {
  it.each([
    [{ LLAMACTL_TOKEN: 't' }, 'Bearer t'],
    [{ LLAMACTL_API_KEY: 'k' }, 'Bearer k'],
    [{ LLAMACTL_TOKEN: 't', LLAMACTL_API_KEY: 'k' }, 'Bearer t'],
    [{ LLAMACTL_TOKEN: '' }, undefined],
  ])('%j is sent as %s', async (credentials, expected) => {
    await using api = await startFakeApi();
    await runCli(api, ['ls'], { env: credentials });
    expect(authorizations(api.seen)).toEqual([expected]);
  });
});
