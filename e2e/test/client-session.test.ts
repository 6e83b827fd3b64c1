import { execFile } from 'node:child_process';
import { ApiError, LlamactlClient, type Session } from '@llamactl/client';
import { tempDir } from '@llamactl/testkit';
import { describe, expect, test } from 'vitest';
import { builtFile } from '../system/built-file.js';
import { bundleClient } from '../system/bundle-client.js';
import { openPage } from '../system/open-page.js';
import { sameOriginSite } from '../system/same-origin-site.js';
import { type ServedSystem, serve } from '../system/serve.js';

const withAuth = { LLAMACTL_AUTH__ENABLED: 'true' };
const passwordOf = ({ program }: ServedSystem) =>
  /^admin password: (\S+)$/m.exec(program.stdout)?.[1] ?? '';

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );
}

describe('a session of the client', () => {
  test('is refreshed by the request that finds it nearly over, and ended by logout', async () => {
    await using system = await serve(undefined, withAuth);
    const first = new LlamactlClient({ baseUrl: system.url });
    const { expires_at, token } = await first.login('admin', passwordOf(system));
    const told: (Session | null)[] = [];
    const longAgo = new Date(Date.now() - 10 * 86_400_000).toISOString();
    const client = new LlamactlClient({
      baseUrl: system.url,
      session: { token, expires_at, received_at: longAgo },
      onToken: (session) => told.push(session),
    });
    await Promise.all([client.listInstances(), client.getSystemInfo(), client.listUsers()]);
    expect(told).toHaveLength(1);
    expect(told[0]?.token).not.toBe(token);
    await client.logout();
    expect(told[1]).toBeNull();
    // Both tokens were of the one session.
    const error = await rejectionOf(first.listInstances());
    expect(error).toSatisfy((thrown) => ApiError.is(thrown, 'UNAUTHORIZED'));
  });

  test('is over after a change of the own password, and a new one begins with the new one', async () => {
    await using system = await serve(undefined, withAuth);
    const password = 'correct horse battery';
    const client = new LlamactlClient({ baseUrl: system.url });
    await client.login('admin', passwordOf(system));
    const passwords = { current_password: passwordOf(system), password };
    await client.changePassword('admin', passwords);
    const error = await rejectionOf(client.listInstances());
    expect(error).toSatisfy((thrown) => ApiError.is(thrown, 'UNAUTHORIZED'));
    await client.login('admin', password);
    expect(await client.getIdentity()).toMatchObject({ username: 'admin', kind: 'user' });
  });
});

describe('S8: events and a followed log', () => {
  test('end with 401 when their key is revoked', async () => {
    await using system = await serve(undefined, withAuth);
    const admin = new LlamactlClient({ baseUrl: system.url });
    await admin.login('admin', passwordOf(system));
    await admin.createInstance({ name: 'x', model_path: system.model });
    const { key, api_key } = await admin.createApiKey({ name: 'watcher', scopes: ['read'] });
    const client = new LlamactlClient({ baseUrl: system.url, apiKey: key });
    const events = client.events();
    expect(await events.next()).toMatchObject({ value: { type: 'snapshot' } });
    const next = rejectionOf(events.next());
    const entries = client.followLogs('x');
    const line = rejectionOf(entries.next());
    await client.getInstance('x');
    await admin.deleteApiKey(api_key.id);
    for (const error of [await next, await line]) {
      expect(error).toSatisfy((thrown) => ApiError.is(thrown, 'UNAUTHORIZED'));
    }
  });

  test('go on with another token of the client when theirs has ended', async () => {
    await using system = await serve(undefined, withAuth);
    const login = async () => {
      const client = new LlamactlClient({ baseUrl: system.url });
      const { token } = await client.login('admin', passwordOf(system));
      return { client, token };
    };
    const [one, other] = [await login(), await login()];
    let { token } = one;
    const client = new LlamactlClient({ baseUrl: system.url, token: () => token });
    const events = client.events();
    await events.next();
    token = other.token;
    await one.client.logout();
    await other.client.createInstance({ name: 'x', model_path: system.model });
    expect(await events.next()).toMatchObject({
      value: { type: 'instance_status_changed', data: { instance: { name: 'x' } } },
    });
    await events.return();
  });
});

/** What the page's script leaves there. */
interface Site {
  readonly client: typeof import('@llamactl/client');
}

/** What the page does; it runs in the browser, so it can use nothing from here. */
async function watchInBrowser(password: string) {
  const { ApiError, LlamactlClient } = (globalThis as unknown as Site).client;
  const client = new LlamactlClient({ baseUrl: location.origin });
  await client.login('admin', password);
  const events = client.events();
  const first = await events.next();
  const rest = events.next().then(
    () => 'more',
    (error: unknown) => (error instanceof ApiError ? error.status : String(error)),
  );
  const other = new LlamactlClient({ baseUrl: location.origin });
  await other.login('admin', password);
  await other.logout({ everywhere: true });
  return { first: first.value?.type, end: await rest };
}

test('a page logs in, follows events, and is told when its session is over', async () => {
  await using system = await serve(undefined, withAuth);
  await using site = await sameOriginSite(await bundleClient(), system.url);
  await using browser = await openPage(site.url);
  expect(await browser.page.evaluate(watchInBrowser, passwordOf(system))).toEqual({
    first: 'snapshot',
    end: 401,
  });
});

test('the command line logs in, makes users and keys, and logs out', async () => {
  await using system = await serve(undefined, withAuth);
  await using home = await tempDir('llamactl-home-');
  const env = { ...process.env, HOME: home.path, XDG_CONFIG_HOME: home.path };
  const llamactl = (args: readonly string[], typed = '', more: Record<string, string> = {}) =>
    new Promise<string>((resolve, reject) => {
      const program = [builtFile('apps/cli/dist/main.js'), '--server', system.url, ...args];
      const options = { env: { ...env, ...more } };
      const child = execFile(process.execPath, program, options, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`${error.code}: ${stderr}`)),
      );
      child.stdin?.end(typed);
    });

  await expect(llamactl(['ls'])).rejects.toThrow('llamactl login USER');
  await llamactl(['login', 'admin', '--password-stdin'], `${passwordOf(system)}\n`);
  expect(await llamactl(['whoami'])).toMatch(/^user +admin$/m);
  await llamactl(['users', 'add', 'anna', 'viewer', '--password-stdin'], 'correct horse\n');
  expect(await llamactl(['users', 'ls'])).toMatch(/^anna +viewer/m);
  const key = (await llamactl(['keys', 'create', 'script', '--scope', 'read'])).trim();
  expect(await llamactl(['whoami'], '', { LLAMACTL_API_KEY: key })).toContain('an API key');
  await expect(llamactl(['users', 'rm', 'admin'])).rejects.toThrow(
    '1: error: admin is the only admin.',
  );
  expect(await llamactl(['config', 'set', 'logs.max_files=4'])).toContain('Changed logs.max_files');
  await llamactl(['logout']);
  await expect(llamactl(['ls'])).rejects.toThrow('llamactl login USER');
});
