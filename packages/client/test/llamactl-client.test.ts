import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { InvalidRequestError, LlamactlClient, type OperationId, operations } from '../src/index.js';
import { createMockApi, mockBaseUrl } from './fixtures/mock-api.js';
import { rejectionAs } from './fixtures/rejection-of.js';
import { sampleAnswers } from './fixtures/samples.js';

interface Call {
  readonly run: (client: LlamactlClient) => Promise<unknown>;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly result: unknown;
}

const definition = { name: 'x', model_path: '/m.gguf', options: { threads: 4 } };
const changes = { options: { threads: null } };
const instancePath = '/api/instances/x.y';

const calls: { readonly [Id in OperationId]: Call } = {
  getHealth: { run: (c) => c.getHealth(), path: '/health', result: { status: 'ok' } },
  getReady: { run: (c) => c.getReady(), path: '/ready', result: { status: 'ready' } },
  listInstances: {
    run: (c) => c.listInstances(),
    path: '/api/instances',
    result: sampleAnswers.listInstances.instances,
  },
  createInstance: {
    run: (c) => c.createInstance(definition),
    path: '/api/instances',
    body: definition,
    result: sampleAnswers.createInstance.instance,
  },
  getInstance: {
    run: (c) => c.getInstance('x.y'),
    path: instancePath,
    result: sampleAnswers.getInstance,
  },
  updateInstance: {
    run: (c) => c.updateInstance('x.y', changes),
    path: instancePath,
    body: changes,
    result: { instance: sampleAnswers.updateInstance.instance, restart_required: true },
  },
  deleteInstance: { run: (c) => c.deleteInstance('x.y'), path: instancePath, result: undefined },
  startInstance: {
    run: (c) => c.startInstance('x.y'),
    path: `${instancePath}/start`,
    result: { status: 'starting' },
  },
  stopInstance: {
    run: (c) => c.stopInstance('x.y', { force: true, timeout: 5 }),
    path: `${instancePath}/stop`,
    body: { force: true, timeout: 5 },
    result: { status: 'stopping' },
  },
  restartInstance: {
    run: (c) => c.restartInstance('x.y'),
    path: `${instancePath}/restart`,
    result: { status: 'stopping' },
  },
  getInstanceHealth: {
    run: (c) => c.getInstanceHealth('x.y'),
    path: `${instancePath}/health`,
    result: sampleAnswers.getInstanceHealth,
  },
  getInstanceLogs: {
    run: (c) => c.getInstanceLogs('x.y', { lines: 5, level: 'warn' }),
    path: `${instancePath}/logs`,
    query: { lines: '5', level: 'warn' },
    result: sampleAnswers.getInstanceLogs.logs,
  },
  startAllInstances: {
    run: (c) => c.startAllInstances(),
    path: '/api/instances/start-all',
    result: sampleAnswers.startAllInstances.results,
  },
  stopAllInstances: {
    run: (c) => c.stopAllInstances({ force: true, timeout: 5 }),
    path: '/api/instances/stop-all',
    body: { force: true, timeout: 5 },
    result: sampleAnswers.stopAllInstances.results,
  },
  getSystemStatus: {
    run: (c) => c.getSystemStatus(),
    path: '/api/system/status',
    result: sampleAnswers.getSystemStatus,
  },
  getSystemInfo: {
    run: (c) => c.getSystemInfo(),
    path: '/api/system/info',
    result: sampleAnswers.getSystemInfo,
  },
};

type Lasting = 'waitForStatus' | 'followLogs' | 'events';
const lasting: readonly Lasting[] = ['waitForStatus', 'followLogs', 'events'];

const { server, seen } = createMockApi();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  seen.length = 0;
});
afterAll(() => server.close());

describe('methods and operations', () => {
  it('are the same, no more and no less', () => {
    expectTypeOf<keyof LlamactlClient>().toEqualTypeOf<OperationId | Lasting>();
    const methods = Object.getOwnPropertyNames(LlamactlClient.prototype);
    expect(methods.sort()).toEqual([...Object.keys(operations), 'constructor', ...lasting].sort());
  });

  it.each(Object.entries(calls))('%s sends its request and gives its data', async (id, call) => {
    const result = await call.run(new LlamactlClient({ baseUrl: mockBaseUrl }));
    expect(result).toEqual(call.result);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ id, path: call.path, query: call.query ?? {} });
    expect(seen[0]?.body).toEqual(call.body);
  });
});

describe('stopInstance and stopAllInstances', () => {
  it('send no body when nothing is asked for', async () => {
    const client = new LlamactlClient({ baseUrl: mockBaseUrl });
    await client.stopInstance('x');
    await client.stopAllInstances();
    expect(seen.map(({ id }) => id)).toEqual(['stopInstance', 'stopAllInstances']);
    for (const { body, headers } of seen) {
      expect(body).toBeUndefined();
      expect(headers.has('content-type')).toBe(false);
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
