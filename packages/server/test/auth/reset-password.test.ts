import { describe, expect, it } from 'vitest';
import { AuthCli, login, printedIn } from '../support/auth-cli.js';
import { bearer } from '../support/auth-scene.js';
import { fail, succeed } from '../support/call.js';

const cli = new AuthCli().use();

describe('--reset-password', () => {
  it('works while the server runs: the old password and its sessions end at once', async () => {
    await using server = await cli.start();
    const old = printedIn(server.program.stdout).admin;
    const headers = await login(server.url, old);
    const { code, stdout } = await cli.outcomeOf('--reset-password', 'Admin');
    expect(code).toBe(0);
    const fresh = printedIn(stdout).admin;
    expect(stdout).toBe(`admin password: ${fresh}\n`);
    await fail(server.url, 'getIdentity', 'UNAUTHORIZED', { headers });
    const body = { username: 'admin', password: old };
    await fail(server.url, 'login', 'INVALID_CREDENTIALS', { body });
    await login(server.url, fresh);
  });

  it('works while the server does not run, and keeps API keys', async () => {
    let key = '';
    {
      await using server = await cli.start();
      const headers = await login(server.url, printedIn(server.program.stdout).admin);
      const body = { name: 'x', scopes: ['read'] };
      ({ key } = await succeed(server.url, 'createApiKey', { headers, body }));
    }
    const fresh = printedIn((await cli.outcomeOf('--reset-password', 'admin')).stdout).admin;
    await using server = await cli.start();
    expect(printedIn(server.program.stdout)).toEqual({});
    await login(server.url, fresh);
    await succeed(server.url, 'getIdentity', { headers: bearer(key) });
  });

  it('makes the admin where there is nobody, and nobody else', async () => {
    const other = await cli.outcomeOf('--reset-password', 'ann');
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toContain('There is no user ann');
    const { admin } = printedIn((await cli.outcomeOf('--reset-password', 'admin')).stdout);
    await using server = await cli.start();
    expect(server.program.stdout).toBe(`listening on ${server.url}\n`);
    await login(server.url, admin);
    expect((await cli.outcomeOf('--reset-password', 'ann')).code).toBe(1);
  });
});
