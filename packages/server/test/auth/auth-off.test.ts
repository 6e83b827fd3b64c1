import { type Operation, type OperationId, operations, scopeSchema } from '@llamactl/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, succeed } from '../support/call.js';
import { openSocket } from '../support/open-socket.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer({ config: { rate_limit: { enabled: false } } });
  url = test.server.url;
});
afterAll(() => test[Symbol.asyncDispose]());

/** What OpenAI clients and others send because they must. */
const whatever = ['Bearer sk-no-key-required', 'Bearer x.y.z', 'Bearer llk_x', 'Basic x', 'Bearer'];

describe('while authentication is off', () => {
  it.each(whatever)('everybody is let in, whatever they send: %s', async (authorization) => {
    const headers = { authorization, 'x-api-key': 'x' };
    await succeed(url, 'listInstances', { headers });
    using socket = await openSocket(url, { headers });
    await socket.first('snapshot');
  });

  it('a page may offer a token all the same', async () => {
    using socket = await openSocket(url, { protocols: ['llamactl.v1', 'llamactl.bearer.x'] });
    expect(socket.socket.protocol).toBe('llamactl.v1');
  });

  it('everybody is the same nobody, who may do everything', async () => {
    expect(await succeed(url, 'getIdentity')).toEqual({
      auth_enabled: false,
      kind: 'anonymous',
      username: null,
      role: null,
      scopes: scopeSchema.options,
      instances: null,
      expires_at: null,
    });
  });

  const accountOperations: OperationId[] = [
    'login',
    'refreshToken',
    'logout',
    'listUsers',
    'createUser',
    'updateUser',
    'deleteUser',
    'changePassword',
    'listApiKeys',
    'createApiKey',
    'deleteApiKey',
  ];

  it.each(accountOperations)('%s says how to turn it on', async (id) => {
    const { method }: Operation = operations[id];
    for (const body of method === 'GET' ? [undefined] : [undefined, {}, 'no json']) {
      const { details } = await fail(url, id, 'AUTH_DISABLED', { name: 'admin', body });
      expect(details).toContain('auth.enabled');
    }
  });
});
