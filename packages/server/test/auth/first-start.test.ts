import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../src/create-server.js';
import { AuthCli, login, printedIn } from '../support/auth-cli.js';
import { call, fail, succeed } from '../support/call.js';

const cli = new AuthCli().use();

describe('S11: the first start with authentication on', () => {
  it('prints one password of one admin, and the second start none', async () => {
    let password = '';
    {
      await using first = await cli.start('--log-level', 'debug');
      password = printedIn(first.program.stdout).admin ?? '';
      expect(first.program.stdout).toBe(`admin password: ${password}\nlistening on ${first.url}\n`);
      const headers = await login(first.url, password);
      const { users } = await succeed(first.url, 'listUsers', { headers });
      expect(users).toMatchObject([{ username: 'admin', role: 'admin' }]);
      expect(first.program.stderr).not.toContain(password);
      await first.program.kill('SIGTERM');
    }
    await using second = await cli.start();
    expect(second.program.stdout).toBe(`listening on ${second.url}\n`);
    await login(second.url, password);
  });

  it('knows no other password: none is shipped, and none is empty', async () => {
    await using server = await cli.start();
    for (const password of ['', 'admin', 'password', 'llamactl']) {
      const answer = await call(server.url, 'login', { body: { username: 'admin', password } });
      expect([400, 401]).toContain(answer.status);
    }
    const secrets = await readFile(join(cli.data, 'jwt.secret'));
    expect(secrets).toHaveLength(32);
    expect(new Set(secrets).size).toBeGreaterThan(8);
  });

  it('S24: keeps everything for its owner alone, also a file that was not', async () => {
    await mkdir(cli.data, { mode: 0o700 });
    await writeFile(join(cli.data, 'jwt.secret'), Buffer.alloc(32, 7), { mode: 0o644 });
    await using server = await cli.start();
    await login(server.url, printedIn(server.program.stdout).admin);
    const modes = await Promise.all(
      (await readdir(cli.data)).map(async (name) => {
        const { mode } = await stat(join(cli.data, name));
        return [name, (mode & 0o077).toString(8)];
      }),
    );
    expect(modes.length).toBeGreaterThan(5);
    expect(modes.filter(([, others]) => others !== '0')).toEqual([]);
    expect((await stat(cli.data)).mode & 0o777).toBe(0o700);
  });

  it('keeps tokens good over a restart, unless the secret is another', async () => {
    let headers = {};
    {
      await using first = await cli.start();
      headers = await login(first.url, printedIn(first.program.stdout).admin);
    }
    {
      await using second = await cli.start();
      await succeed(second.url, 'getIdentity', { headers });
    }
    await writeFile(join(cli.data, 'jwt.secret'), Buffer.alloc(32, 7));
    await using third = await cli.start();
    await fail(third.url, 'getIdentity', 'UNAUTHORIZED', { headers });
  });

  it('explains itself when the secret is damaged', async () => {
    await mkdir(cli.data);
    await writeFile(join(cli.data, 'jwt.secret'), 'short');
    const { code, stdout, stderr } = await cli.outcomeOf('--port', '0');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('jwt.secret');
    expect(stderr).toContain('Remove it');
  });

  it('lets the server listen on any address, and its instances as long as they ask for a key', async () => {
    await using server = await cli.start('--host', '0.0.0.0');
    await call(server.url.replace('0.0.0.0', '127.0.0.1'), 'getHealth');
    const config = join(cli.dir, 'open.yaml');
    await writeFile(config, 'instances: { host: 0.0.0.0, backend_auth: none }');
    const { code, stderr } = await cli.outcomeOf('--port', '0', '--config', config);
    expect(code).toBe(1);
    expect(stderr).toContain('allow_insecure');
  });

  it('fails in an app that would not hear the password, and leaves nobody behind', async () => {
    const config = { auth: { enabled: true } };
    const options = { port: 0, dataDir: cli.data, config };
    await expect(createServer(options)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: expect.stringContaining('onAdminPassword'),
    });
    const passwords: string[] = [];
    const onAdminPassword = (password: string) => void passwords.push(password);
    await using server = await createServer({ ...options, onAdminPassword });
    expect(passwords).toHaveLength(1);
    await login(server.url, passwords[0]);
  });

  it('works without a data folder, for as long as the server lives', async () => {
    const passwords: string[] = [];
    const onAdminPassword = (password: string) => void passwords.push(password);
    const options = { port: 0, config: { auth: { enabled: true } }, onAdminPassword };
    await using one = await createServer(options);
    await using other = await createServer(options);
    const headers = await login(one.url, passwords[0]);
    await fail(other.url, 'getIdentity', 'UNAUTHORIZED', { headers });
    await login(other.url, passwords[1]);
  });
});

describe('users who were acknowledged', () => {
  it('are there after the server was killed in the same moment', { timeout: 180_000 }, async () => {
    let password = '';
    const acknowledged: string[] = ['admin'];
    for (let round = 1; round <= 3; round++) {
      await using server = await cli.start();
      password ||= printedIn(server.program.stdout).admin ?? '';
      const headers = await login(server.url, password);
      const known = await succeed(server.url, 'listUsers', { headers });
      const names = known.users.map(({ username }) => username);
      expect(names).toEqual(expect.arrayContaining(acknowledged));
      const creates = Array.from({ length: 6 }, async (_, n) => {
        const username = `user${round}-${n}`;
        const body = { username, password: 'long enough', role: 'viewer' };
        await succeed(server.url, 'createUser', { headers, body });
        acknowledged.push(username);
        // The others are on their way.
        await server.program.kill('SIGKILL');
      });
      await Promise.allSettled(creates);
    }
    expect(acknowledged.length).toBeGreaterThan(3);
  });
});
