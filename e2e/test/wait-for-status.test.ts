import { rm, writeFile } from 'node:fs/promises';
import { InstanceFailedError, type InstanceStatus, LlamactlClient } from '@llamactl/client';
import { freePort } from '@llamactl/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CuttableProxy, cuttableProxy } from '../system/cuttable-proxy.js';
import { type SlowSpawnServer, slowSpawnServer } from '../system/slow-spawn-server.js';

/** Both long enough for a client that asks again and again, with growing pauses, to see what is between. */
const spawnMs = 800;
const loadMs = 1_500;

let server: SlowSpawnServer;
let proxy: CuttableProxy;
let client: LlamactlClient;
/** Each status that the wait told of. */
let seen: InstanceStatus[];

beforeEach(async () => {
  server = await slowSpawnServer(spawnMs, loadMs);
  proxy = await cuttableProxy(server.port);
  client = new LlamactlClient({ baseUrl: proxy.url });
  seen = [];
  await client.createInstance({ name: 'a', model_path: server.model, port: await freePort() });
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Waits for the instance to run. */
function wait(onStatus: (status: InstanceStatus) => void = () => {}) {
  return client.waitForStatus('a', 'running', {
    timeoutMs: 30_000,
    onStatus({ status }) {
      seen.push(status);
      onStatus(status);
    },
  });
}

/** Waits, and does something as soon as a status was seen; both must come through. */
async function waitAnd(status: InstanceStatus, act: () => Promise<unknown>) {
  let done: Promise<unknown> | undefined;
  const instance = await wait((now) => {
    if (now === status) done ??= act();
  });
  await done;
  return instance;
}

async function rejectionOf(waiting: Promise<unknown>): Promise<InstanceFailedError> {
  const error = await waiting.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (InstanceFailedError.is(error)) return error;
  throw new Error(`It ended with ${error}, after ${seen}.`);
}

describe.each([
  ['that is told of what happens', () => true],
  ['behind a proxy that refuses sockets', (head: string) => !/^upgrade: websocket/im.test(head)],
])('a wait for running %s', (_, fits) => {
  beforeEach(() => proxy.letIn(fits));

  test('lasts over a restart of what runs', async () => {
    await client.startInstance('a');
    const { pid } = await wait();
    await client.restartInstance('a');
    const again = await wait();
    expect(again.pid).not.toBe(pid);
    expect(seen).toContain('stopped');
  });

  test('lasts over a restart of what is starting', async () => {
    await client.startInstance('a');
    const { pid } = await client.getInstance('a');
    const instance = await waitAnd('starting', () => client.restartInstance('a'));
    expect(instance.pid).not.toBe(pid);
    expect(seen[0]).toBe('starting');
    expect(seen).toContain('stopped');
  });

  test('sees the restart of what has failed through', async () => {
    await rm(server.model);
    await client.startInstance('a').catch(() => {});
    expect((await client.getInstance('a')).status).toBe('failed');
    await writeFile(server.model, 'a fake backend does not read this');
    await client.restartInstance('a');
    expect((await wait()).status).toBe('running');
  });

  test('lasts until a start that comes after it', async () => {
    expect((await waitAnd('stopped', () => client.startInstance('a'))).status).toBe('running');
  });

  test('ends when what is starting is stopped', async () => {
    await client.startInstance('a');
    const error = await rejectionOf(waitAnd('starting', () => client.stopInstance('a')));
    expect(error.message).toContain('is stopped instead of running');
    expect(seen.at(-1)).toBe('stopped');
  });

  test('ends when it is stopped after a start that came after it', async () => {
    const acts = {
      stopped: () => client.startInstance('a'),
      starting: () => client.stopInstance('a'),
    };
    let step: keyof typeof acts = 'stopped';
    const waiting = wait((status) => {
      if (status !== step) return;
      step = 'starting';
      void acts[status]();
    });
    expect((await rejectionOf(waiting)).instance.status).toBe('stopped');
  });

  test('ends when what is starting fails, with the diagnosis', async () => {
    await client.startInstance('a');
    const waiting = waitAnd('starting', async () => {
      const { pid } = server.llamactl.get('a');
      process.kill(Number(pid), 'SIGKILL');
    });
    const error = await rejectionOf(waiting);
    expect(error.instance.status).toBe('failed');
    expect(error.last_exit?.signal).toBe('SIGKILL');
  });
});
