import { expect, it } from 'vitest';
import { createServer } from '../../src/create-server.js';
import { AuthCli, login, printedIn } from '../support/auth-cli.js';
import { bearer } from '../support/auth-scene.js';
import { fail, succeed } from '../support/call.js';

const cli = new AuthCli().use();

const reset = (name: string) => cli.outcomeOf('--reset-password', name);

// One story, as each start of the program takes its time.
it('--reset-password makes the admin, and resets passwords with and without a server', async () => {
  const nobody = await reset('ann');
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  expect(nobody.stderr).toContain('There is no user ann');
  const first = printedIn((await reset('admin')).stdout).admin;

  let key = '';
  {
    await using server = await cli.start();
    expect(server.program.stdout).toBe(`listening on ${server.url}\n`);
    const headers = await login(server.url, first);
    const body = { name: 'x', scopes: ['read'] };
    ({ key } = await succeed(server.url, 'createApiKey', { headers, body }));

    const { code, stdout } = await reset('Admin');
    expect(code).toBe(0);
    const second = printedIn(stdout).admin;
    expect(stdout).toBe(`admin password: ${second}\n`);
    await fail(server.url, 'getIdentity', 'UNAUTHORIZED', { headers });
    const old = { username: 'admin', password: first };
    await fail(server.url, 'login', 'INVALID_CREDENTIALS', { body: old });
    await login(server.url, second);
    await succeed(server.url, 'getIdentity', { headers: bearer(key) });
  }

  const third = printedIn((await reset('admin')).stdout).admin;
  const config = { auth: { enabled: true } };
  await using server = await createServer({ port: 0, dataDir: cli.data, config });
  await login(server.url, third);
  await succeed(server.url, 'getIdentity', { headers: bearer(key) });
});
