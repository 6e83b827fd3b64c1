import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { InvalidRequestError, LlamactlClient, type OperationId, operations } from '../src/index.js';
import { calls } from './fixtures/calls.js';
import { createMockApi, mockBaseUrl } from './fixtures/mock-api.js';
import { rejectionAs } from './fixtures/rejection-of.js';

/** What a client has beside the operations. */
type Further =
  | 'openai'
  | 'waitForStatus'
  | 'ensureRunning'
  | 'followLogs'
  | 'events'
  | 'baseUrl'
  | 'rateLimit';
const further: readonly Further[] = [
  'openai',
  'waitForStatus',
  'ensureRunning',
  'followLogs',
  'events',
  'baseUrl',
  'rateLimit',
];

const { server, seen } = createMockApi();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  seen.length = 0;
});
afterAll(() => server.close());

describe('methods and operations', () => {
  it('are the same, no more and no less', () => {
    expectTypeOf<keyof LlamactlClient>().toEqualTypeOf<OperationId | Further>();
    const ours = publicNamesOf(LlamactlClient.prototype);
    expect(ours).toEqual([...Object.keys(operations), ...further].sort());
  });

  it.each(Object.entries(calls))('%s sends its request and gives its data', async (id, call) => {
    const result = await call.run(new LlamactlClient({ baseUrl: mockBaseUrl }));
    expect(result).toEqual(call.result);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ id, params: call.params ?? {}, query: call.query ?? {} });
    expect(seen[0]?.body).toEqual(call.body);
  });
});

/** Names of a class and of those that it extends; `call` and `ask` are for them alone. */
function publicNamesOf(prototype: object): string[] {
  const parent: unknown = Object.getPrototypeOf(prototype);
  const names = Object.getOwnPropertyNames(prototype).filter(
    (name) => !['constructor', 'call', 'ask'].includes(name),
  );
  const inherited =
    parent === Object.prototype || parent === null ? [] : publicNamesOf(parent as object);
  return [...new Set([...names, ...inherited])].sort();
}

describe('stopInstance and stopAllInstances', () => {
  it('send no body when nothing is asked for', async () => {
    const client = new LlamactlClient({ baseUrl: mockBaseUrl });
    await client.stopInstance('x');
    await client.stopAllInstances();
    expect(seen.map(({ id }) => id)).toEqual(['stopInstance', 'stopAllInstances']);
    for (const { body, headers } of seen) {
      expect(body).toBeUndefined();
      expect(headers).not.toHaveProperty('content-type');
    }
  });
});

describe('getInstanceLogs', () => {
  it('never follows, which has no end', async () => {
    const query = { lines: 5, follow: true };
    await new LlamactlClient({ baseUrl: mockBaseUrl }).getInstanceLogs('x', query);
    expect(seen[0]?.query).toEqual({ lines: '5' });
  });
});

describe('names', () => {
  it.each(['', '.', '..', '../..', 'a/b', 'a%2Fb', 'a?b', 'a#b', ' a', '-a', '\ud800'])(
    'that would hit another route are not sent: %j',
    async (name) => {
      const client = new LlamactlClient({ baseUrl: mockBaseUrl });
      const error = await rejectionAs(client.deleteInstance(name), InvalidRequestError.is);
      expect(error.message).toContain('is not a name of an instance');
      expect(seen).toHaveLength(0);
    },
  );
});
