import { type EventMessage, type InstanceStatus, LlamactlClient } from '@llamactl/client';
import { waitFor } from '@llamactl/testkit';
import { expect, test, vi } from 'vitest';
import { bundleClient } from '../system/bundle-client.js';
import { cuttableProxy } from '../system/cuttable-proxy.js';
import { type LiveServer, liveServer } from '../system/live-server.js';
import { openPage } from '../system/open-page.js';
import { sameOriginSite } from '../system/same-origin-site.js';

// Clients come back after pauses that grow, on a machine that may be busy.
vi.setConfig({ testTimeout: 400_000 });

const clientCount = 100;
const names = ['a', 'b', 'c'];

/** What one client knows, out of nothing but the messages that it got. */
interface Watcher {
  readonly statuses: Map<string, InstanceStatus>;
  readonly messages: EventMessage[];
  readonly end: () => Promise<void>;
}

function watch(client: LlamactlClient): Watcher {
  const controller = new AbortController();
  const { signal } = controller;
  const statuses = new Map<string, InstanceStatus>();
  const messages: EventMessage[] = [];
  const types = ['instance_status_changed', 'instance_updated', 'instance_deleted'] as const;
  const follow = async () => {
    for await (const message of client.events({ types, signal })) {
      messages.push(message);
      apply(message, statuses);
    }
  };
  const ended = follow();
  const end = () => {
    controller.abort();
    return ended;
  };
  return { statuses, messages, end };
}

function apply({ type, data }: EventMessage, statuses: Map<string, InstanceStatus>): void {
  if (type === 'snapshot') {
    statuses.clear();
    for (const { name, status } of data.instances) statuses.set(name, status);
  } else if (type === 'instance_status_changed') {
    statuses.set(data.instance.name, data.instance.status);
  } else if (type === 'instance_deleted') {
    statuses.delete(data.name);
  }
}

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

test('W4: 100 clients outlive crashes of the server: each sees a gap, and ends in the true state', async () => {
  await using server = await liveServer();
  const client = new LlamactlClient({ baseUrl: server.url });
  await createAll(server, client);
  const watchers = Array.from({ length: clientCount }, () => watch(client));
  await untilAllAgree(client, watchers);

  const crashes = 3;
  for (let crash = 1; crash <= crashes; crash += 1) {
    await client.startAllInstances();
    // In the middle of what `start` causes, which takes about that long.
    await waitFor(() => watchers.some(({ statuses }) => statuses.get('a') === 'starting'));
    await server.crash();
    await server.start();
    await waitFor(() => watchers.every(({ messages }) => countOf(messages, 'gap') >= crash), {
      timeoutMs: 100_000,
      message: `${clientCount} clients to come back`,
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
});

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

/** What the page's script leaves there: everything that the bundle exports. */
interface Site {
  readonly client: typeof import('@llamactl/client');
}

/** What the page does; it runs in the browser, so it can use nothing from here. */
async function watchInBrowser(model: string) {
  const { LlamactlClient } = (globalThis as unknown as Site).client;
  const client = new LlamactlClient({ baseUrl: location.origin });
  await client.createInstance({ name: 'a', model_path: model });
  const seen: string[] = [];
  for await (const { type, data } of client.events({ types: ['instance_status_changed'] })) {
    if (type === 'snapshot') {
      seen.push(`${data.instances.length} here`);
      await client.startInstance('a');
    } else if (type === 'instance_status_changed') {
      seen.push(data.instance.status);
      if (data.instance.status === 'running') break;
    }
  }
  const lines: string[] = [];
  for await (const { message } of client.followLogs('a', { lines: 1 })) {
    lines.push(message);
    break;
  }
  await client.stopInstance('a');
  return { seen, lines: lines.length, last: (await client.waitForStatus('a', 'stopped')).status };
}

test('a page follows events and logs in a real browser', async () => {
  await using server = await liveServer();
  await using site = await sameOriginSite(await bundleClient(), server.url);
  await using browser = await openPage(site.url);
  expect(await browser.page.evaluate(watchInBrowser, server.model)).toEqual({
    seen: ['1 here', 'starting', 'running'],
    lines: 1,
    last: 'stopped',
  });
  // It asks for an icon, which this page does not have.
  expect(browser.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
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
