import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiKey, CreateApiKey, Role } from '@llamactl/contract';
import type { ServerOptions } from '../../src/options.js';
import { succeed } from './call.js';
import { startTestServer, type TestServer } from './test-server.js';

/** Headers that a caller sends. */
export type CallerHeaders = Record<string, string>;

/** A server with authentication on, and a logged-in admin. */
export interface AuthScene extends AsyncDisposable {
  readonly test: TestServer;
  readonly url: string;
  readonly adminPassword: string;
  /** Headers of the admin. */
  readonly admin: CallerHeaders;
  /** What tokens are signed with. */
  readonly secret: Buffer;
  login(username: string, password?: string): Promise<string>;
  /** Adds a user whose password is `passwordOf` the name, and logs in. */
  addUser(username: string, role: Role): Promise<CallerHeaders>;
  addKey(
    input: Partial<CreateApiKey>,
    owner?: CallerHeaders,
  ): Promise<{ headers: CallerHeaders; key: string; api_key: ApiKey }>;
}

/** The password of a user of a scene. */
export function passwordOf(username: string): string {
  return `the password of ${username}`;
}

export function bearer(token: string): CallerHeaders {
  return { authorization: `Bearer ${token}` };
}

/** Starts one. Nothing is counted by the minute unless the options say so. */
export async function startAuthScene(
  { config, ...options }: ServerOptions = {},
  ...fake: Parameters<typeof startTestServer> extends [unknown?, ...infer Rest] ? Rest : never
): Promise<AuthScene> {
  let adminPassword = '';
  const test = await startTestServer(
    {
      onAdminPassword: (password) => {
        adminPassword = password;
      },
      ...options,
      config: {
        rate_limit: { enabled: false },
        ...config,
        auth: { enabled: true, ...config?.auth },
      },
    },
    ...fake,
  );
  const { url } = test.server;
  const login = async (username: string, password = passwordOf(username)) =>
    (await succeed(url, 'login', { body: { username, password } })).token;
  const admin = bearer(await login('admin', adminPassword));
  return {
    test,
    url,
    adminPassword,
    admin,
    secret: await readFile(join(test.dir, 'data', 'jwt.secret')),
    login,
    async addUser(username, role) {
      const body = { username, role, password: passwordOf(username) };
      await succeed(url, 'createUser', { headers: admin, body });
      return bearer(await login(username));
    },
    async addKey(input, owner = admin) {
      const body = { name: 'test', scopes: ['read'], ...input };
      const { key, api_key } = await succeed(url, 'createApiKey', { headers: owner, body });
      return { headers: bearer(key), key, api_key };
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}
