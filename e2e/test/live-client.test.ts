import {
  type EventMessage,
  type InstanceStatus,
  LlamactlClient,
  type LogEntry,
} from '@llamactl/client';
import { waitFor } from '@llamactl/testkit';
import { expect, test, vi } from 'vitest';
import { cuttableProxy } from '../system/cuttable-proxy.js';
import { type LiveServer, liveServer } from '../system/live-server.js';
import { type Watcher, watch } from '../system/watcher.js';

// Clients come back after pauses that grow, on a machine that may be busy.
vi.setConfig({ testTimeout: 400_000 });

const clientCount = 100;
const names = ['a', 'b', 'c'];

async function createAll(server: LiveServer, client: LlamactlClient): Promise<void> {
  for (const name of names) await client.createInstance({ name, model_path: server.model });
}

/** What is so, as far as the server knows. */
async function truth(client: LlamactlClient): Promise<[string, InstanceStatus][]> {
  return (await client.listInstances()).map(({ name, status }) => [name, status]);
}

/** Waits until every watcher knows what is so. */
async function untilAllAgree(client: LlamactlClient, watchers: readonly Watcher[]): Promise<void> {
  await waitFor(
    async () => {
      const expected = JSON.stringify(await truth(client));
      const known = watchers.map(({ statuses }) => JSON.stringify([...statuses].sort()));
      const wrong = known.find((text) => text !== expected);
      if (wrong !== undefined) throw new Error(`${wrong} is known, ${expected} is so`);
      return true;
    },
    { timeoutMs: 100_000, message: 'every client to know the state' },
  );
}

/** A storm takes half a minute; `npm run test:full` has it. */
const storms: readonly [what: string, clients: number, crashes: number][] =
  process.env.LLAMACTL_TEST_FULL === '1'
    ? [['W3: 1000 clients come back after a crash', 1_000, 1]]
    : [];

test.each([['W4: 100 clients outlive three crashes', 100, 3] as const, ...storms])(
  '%s of the server: each sees a gap, and ends in the true state',
  async (_, count, crashes) => {
    await using server = await liveServer();
    const client = new LlamactlClient({ baseUrl: server.url });
    await createAll(server, client);
    const watchers = Array.from({ length: count }, () => watch(client));
    await untilAllAgree(client, watchers);

    for (let crash = 1; crash <= crashes; crash += 1) {
      await client.startAllInstances();
      // In the middle of what this causes.
      await waitFor(() => watchers.some(({ statuses }) => statuses.get('a') !== 'stopped'), {
        timeoutMs: 100_000,
        message: 'the first client to hear of a start',
      });
      await server.crash();
      await server.start();
      await waitFor(() => watchers.every(({ messages }) => countOf(messages, 'gap') >= crash), {
        timeoutMs: 100_000,
        message: 'every client to come back',
      });
      await untilAllAgree(client, watchers);
      await client.stopAllInstances();
      await untilAllStand(client);
    }
    await untilAllAgree(client, watchers);
    for (const { messages } of watchers) {
      expect(countOf(messages, 'gap')).toBe(crashes);
      expect(countOf(messages, 'snapshot')).toBe(crashes + 1);
      expectOrder(messages);
    }
    await Promise.all(watchers.map(({ end }) => end()));
  },
);

test('W4: 100 clients whose connections are cut are resumed: no event is lost, none repeated', async () => {
  await using server = await liveServer();
  await using proxy = await cuttableProxy(server.port);
  const direct = new LlamactlClient({ baseUrl: server.url });
  await createAll(server, direct);
  const cuttable = new LlamactlClient({ baseUrl: proxy.url });
  const witness = watch(direct);
  const watchers = Array.from({ length: clientCount }, () => watch(cuttable));
  await untilAllAgree(direct, [witness, ...watchers]);
  const begun = witness.messages.at(-1)?.seq ?? 0;

  let cuts = 0;
  for (const name of names) {
    await direct.startInstance(name);
    cuts += proxy.cut();
    await direct.waitForStatus(name, 'running');
    await direct.stopInstance(name);
    cuts += proxy.cut();
    await direct.waitForStatus(name, 'stopped');
  }
  expect(cuts).toBeGreaterThan(clientCount);
  await untilAllAgree(direct, [witness, ...watchers]);

  const expected = eventsAfter(witness, begun);
  expect(expected.length).toBeGreaterThanOrEqual(names.length * 4);
  await waitFor(() => watchers.every((one) => eventsAfter(one, begun).length >= expected.length), {
    timeoutMs: 100_000,
    message: 'every client to have every event',
  });
  for (const watcher of watchers) {
    expect(eventsAfter(watcher, begun)).toEqual(expected);
    expect(countOf(watcher.messages, 'gap')).toBe(0);
    expect(countOf(watcher.messages, 'snapshot')).toBe(1);
  }
  await Promise.all([witness, ...watchers].map(({ end }) => end()));
});

test('W7: a followed log goes on over cut connections, without a lost or repeated line, until the instance is deleted', async () => {
  await using server = await liveServer('floods-log', { linesPerSecond: 2_000 });
  await using proxy = await cuttableProxy(server.port);
  const direct = new LlamactlClient({ baseUrl: server.url });
  await direct.createInstance({ name: 'a', model_path: server.model });
  await direct.startInstance('a');
  await direct.waitForStatus('a', 'running');

  const cuttable = new LlamactlClient({ baseUrl: proxy.url });
  const seqs: number[] = [];
  const following = (async () => {
    for await (const { seq } of cuttable.followLogs('a', { lines: 1 })) seqs.push(seq);
  })();
  for (let cut = 0; cut < 3; cut += 1) {
    const before = seqs.length;
    await waitFor(() => seqs.length > before + 500, { timeoutMs: 30_000, message: 'lines' });
    expect(proxy.cut()).toBeGreaterThan(0);
  }
  await waitFor(() => seqs.length > 3_000, { timeoutMs: 60_000, message: 'lines after the cuts' });
  await direct.stopInstance('a');
  await direct.waitForStatus('a', 'stopped');
  const [last] = await direct.getInstanceLogs('a', { lines: 1 });
  await waitFor(() => seqs.at(-1) === last?.seq, { timeoutMs: 30_000, message: 'the last line' });
  await direct.deleteInstance('a');
  await following;

  const [first = 0] = seqs;
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => first + index));
});

test('W7: a followed log misses no line of an instance that is deleted and made anew while the connection is broken', async () => {
  await using server = await liveServer('levels');
  await using proxy = await cuttableProxy(server.port);
  const direct = new LlamactlClient({ baseUrl: server.url });
  /** A log from begin to end. */
  const makeLog = async () => {
    await direct.createInstance({ name: 'a', model_path: server.model });
    await direct.startInstance('a');
    await direct.waitForStatus('a', 'running');
    await direct.stopInstance('a');
    await direct.waitForStatus('a', 'stopped');
    return direct.getInstanceLogs('a');
  };
  const first = await makeLog();
  const given: LogEntry[] = [];
  const following = (async () => {
    const cuttable = new LlamactlClient({ baseUrl: proxy.url });
    for await (const entry of cuttable.followLogs('a')) given.push(entry);
  })();
  await waitFor(() => given.length === first.length, { message: 'the first log' });
  proxy.letIn(() => false);
  expect(proxy.cut()).toBeGreaterThan(0);
  await direct.deleteInstance('a');
  const anew = await makeLog();
  proxy.letIn(() => true);
  const expected = [...first, ...anew];
  await waitFor(() => given.length >= expected.length, {
    timeoutMs: 60_000,
    message: 'the new log',
  });
  expect(given).toEqual(expected);
  await direct.deleteInstance('a');
  await following;
});

test('waiting for a status asks the server twice, not again and again', async () => {
  await using server = await liveServer('ready-after', { delayMs: 2_000 });
  let requests = 0;
  const fetch: typeof globalThis.fetch = (...request) => {
    requests += 1;
    return globalThis.fetch(...request);
  };
  const client = new LlamactlClient({ baseUrl: server.url, fetch });
  await client.createInstance({ name: 'a', model_path: server.model });
  await client.startInstance('a');
  const seen: InstanceStatus[] = [];
  requests = 0;
  const instance = await client.waitForStatus('a', 'running', {
    onStatus: ({ status }) => seen.push(status),
  });
  expect(requests).toBe(2);
  expect(seen).toEqual(['starting', 'running']);
  expect(instance.stats).not.toBeNull();
});

function countOf(messages: readonly EventMessage[], wanted: EventMessage['type']): number {
  return messages.filter(({ type }) => type === wanted).length;
}

/** What happened after a number, as in `12 instance_status_changed`. */
function eventsAfter({ messages }: Watcher, after: number): string[] {
  return messages.filter(({ seq }) => seq > after).map(({ seq, type }) => `${seq} ${type}`);
}

/** Numbers rise within a run of the server; each new run begins with a gap. */
function expectOrder(messages: readonly EventMessage[]): void {
  for (const [index, message] of messages.entries()) {
    const previous = messages[index - 1];
    if (previous === undefined) continue;
    if (previous.epoch !== message.epoch) expect(message.type).toBe('gap');
    else expect(message.seq).toBeGreaterThanOrEqual(previous.seq);
  }
}

/** Waits until nothing starts or stops. */
async function untilAllStand(client: LlamactlClient): Promise<void> {
  const standing: readonly InstanceStatus[] = ['stopped', 'failed'];
  await waitFor(
    async () => (await truth(client)).every(([, status]) => standing.includes(status)),
    { timeoutMs: 60_000, message: 'every instance to stand' },
  );
}
