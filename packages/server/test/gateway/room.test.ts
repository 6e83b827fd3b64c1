import type { InstanceStatus } from '@llamactl/contract';
import { waitFor } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.js';

const one = { max_running: 1 };

const running = ({ llamactl }: GatewayScene) =>
  llamactl.list().flatMap(({ name, status }) => (status === 'running' ? [name] : []));

/** Keeps the most instances that had a process at the same time. */
function watchMost({ llamactl }: GatewayScene): () => number {
  const hasProcess = new Set<InstanceStatus>(['starting', 'running', 'stopping']);
  let most = 0;
  llamactl.on('instance_status_changed', () => {
    const count = llamactl.list().filter(({ status }) => hasProcess.has(status)).length;
    most = Math.max(most, count);
  });
  return () => most;
}

/** Keeps who begins to start, in order. */
function noteStarts({ llamactl }: GatewayScene): readonly string[] {
  const starts: string[] = [];
  llamactl.on('instance_status_changed', ({ instance: { name, status } }) => {
    if (status === 'starting') starts.push(name);
  });
  return starts;
}

/** How far the requests to an instance are, or all. */
async function statesOf({ url }: GatewayScene, wanted?: string): Promise<string[]> {
  const { requests } = await succeed(url, 'listRequests');
  return requests.flatMap(({ instance, state }) =>
    wanted === undefined || instance === wanted ? [state] : [],
  );
}

it('stops the one used least recently to make room', async () => {
  await using scene = await gatewayScene({ instances: { max_running: 2 } });
  for (const name of ['a', 'b', 'c']) await scene.create(name);
  const most = watchMost(scene);
  for (const name of ['a', 'b', 'a', 'c']) expect((await scene.chat(name)).status).toBe(200);
  expect(running(scene)).toEqual(['a', 'c']);
  expect(most()).toBe(2);
  expect(scene.llamactl.get('b')).toMatchObject({ status: 'stopped', held: false });
});

it('P13: never stops one that is busy', async () => {
  await using scene = await gatewayScene({ instances: one });
  for (const name of ['a', 'b']) await scene.create(name);
  const first = scene.chat('a', { waitMs: 700, parts: ['{"whole":true}'] });
  await scene.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const second = scene.chat('b');
  expect(await (await first).json()).toEqual({ whole: true });
  expect((await second).status).toBe(200);
  expect(running(scene)).toEqual(['b']);
});

it.each([
  ['for another', { max_running: 1 }],
  ['after its idle time', { idle_timeout: 1 }],
])('P13: one that is about to be stopped %s takes no request any more', async (_why, limits) => {
  await using scene = await gatewayScene({ instances: { ...limits, stop_timeout: 1 } });
  for (const name of ['a', 'b']) await scene.create(name);
  expect((await scene.chat('a')).status).toBe(200);
  const { llamactl } = scene;
  const stop = llamactl.stop.bind(llamactl);
  let late: Promise<Response> | undefined;
  // A request comes while the stop is being noted down, and takes longer than a stop waits for it.
  llamactl.stop = async (name, options) => {
    if (late === undefined) {
      late = scene.chat('a', { waitMs: 900, parts: ['{"whole":true}'] });
      await waitFor(async () => (await statesOf(scene, 'a')).length === 1);
    }
    return stop(name, options);
  };
  if ('max_running' in limits) expect((await scene.chat('b')).status).toBe(200);
  await waitFor(() => late !== undefined);
  expect(await (await late)?.json()).toEqual({ whole: true });
});

it('never stops a pinned one', async () => {
  await using scene = await gatewayScene({ instances: { max_running: 2 } });
  for (const name of ['a', 'b', 'c']) await scene.create(name, { pinned: name === 'a' });
  for (const name of ['a', 'b', 'c']) expect((await scene.chat(name)).status).toBe(200);
  expect(running(scene)).toEqual(['a', 'c']);
});

it('keeps to the limit of a group', async () => {
  const instances = { groups: { large: { max_running: 1 } } };
  await using scene = await gatewayScene({ instances });
  await scene.create('a', { group: 'large' });
  await scene.create('b', { group: 'large' });
  await scene.create('c');
  for (const name of ['a', 'c', 'b']) expect((await scene.chat(name)).status).toBe(200);
  expect(running(scene)).toEqual(['b', 'c']);
});

it('P13: under load for both, all are served, one at a time, and they do not take turns for each request', async () => {
  const server = { timeouts: { gateway: { patienceMs: 400 } } };
  await using scene = await gatewayScene({ instances: one, server });
  for (const name of ['a', 'b']) await scene.create(name);
  const most = watchMost(scene);
  const starts = noteStarts(scene);
  const ask = async (name: string) => {
    const statuses: number[] = [];
    for (let turn = 0; turn < 15; turn++) {
      const answer = await scene.chat(name, { waitMs: 20, parts: ['{}'] });
      statuses.push(answer.status);
      await answer.text();
    }
    return statuses;
  };
  const all = await Promise.all(['a', 'b', 'a', 'b', 'a', 'b'].map(ask));
  expect(new Set(all.flat())).toEqual(new Set([200]));
  expect(most()).toBe(1);
  expect(starts.length).toBeLessThan(20);
});

it('P13: clients that ask one after the other do not unload each other for each request', async () => {
  const server = { timeouts: { gateway: { patienceMs: 500 } } };
  const parameters = { delayMs: 600 };
  await using scene = await gatewayScene({ instances: one, server, parameters });
  for (const name of ['a', 'b']) await scene.create(name);
  const starts = noteStarts(scene);
  const ask = async (name: string) => {
    for (let turn = 0; turn < 12; turn++) await (await scene.chat(name, { waitMs: 10 })).text();
  };
  await Promise.all(['a', 'b'].map(ask));
  expect(starts.length).toBeLessThan(9);
});

it('P13: one that is busy without end lets another come before it, and is served again after that', async () => {
  const server = { timeouts: { gateway: { patienceMs: 300 } } };
  await using scene = await gatewayScene({ instances: one, server });
  for (const name of ['a', 'b']) await scene.create(name);
  expect((await scene.chat('a')).status).toBe(200);
  const statuses: number[] = [];
  let isOver = false;
  const insist = async () => {
    while (!isOver) {
      const answer = await scene.chat('a', { waitMs: 30, parts: ['{}'] });
      statuses.push(answer.status);
      await answer.text();
    }
  };
  const insisting = Promise.all([insist(), insist(), insist()]);
  for (let turn = 0; turn < 3; turn++) {
    const signal = AbortSignal.timeout(10_000);
    expect((await scene.chat('b', undefined, { signal })).status).toBe(200);
    const before = statuses.length;
    await waitFor(() => statuses.length > before);
  }
  isOver = true;
  await insisting;
  expect(new Set(statuses)).toEqual(new Set([200]));
});

it('gives up on room that nobody wants any more', async () => {
  await using scene = await gatewayScene({ instances: one });
  for (const name of ['a', 'b']) await scene.create(name);
  const first = scene.chat('a', { waitMs: 800, parts: ['{}'] });
  await scene.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const abort = new AbortController();
  const second = scene.chat('b', undefined, { signal: abort.signal }).catch(() => null);
  await waitFor(async () => (await statesOf(scene)).length === 2);
  abort.abort();
  await second;
  expect((await first).status).toBe(200);
  expect((await scene.chat('a')).status).toBe(200);
  expect(running(scene)).toEqual(['a']);
});

it('takes requests again when nobody wants the room that it was asked for', async () => {
  const server = { timeouts: { gateway: { patienceMs: 50 } } };
  await using scene = await gatewayScene({ instances: one, server });
  for (const name of ['a', 'b']) await scene.create(name);
  const long = scene.chat('a', { waitMs: 1_500, parts: ['{}'] });
  await scene.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const abort = new AbortController();
  const other = scene.chat('b', undefined, { signal: abort.signal }).catch(() => null);
  // Once it was asked to let the other one come first, it lets nobody in.
  const waits: Promise<Response>[] = [];
  await waitFor(async () => {
    waits.push(scene.chat('a'));
    return (await statesOf(scene)).filter((state) => state === 'waiting').length > 1;
  });
  abort.abort();
  await other;
  for (const answer of waits) expect((await answer).status).toBe(200);
  expect((await statesOf(scene)).length).toBe(1);
  expect((await long).status).toBe(200);
});

it('gives the room to whom it was made for', async () => {
  const server = { timeouts: { gateway: { patienceMs: 50 } } };
  await using scene = await gatewayScene({ instances: one, server });
  for (const name of ['a', 'b']) await scene.create(name);
  const starts = noteStarts(scene);
  const first = scene.chat('a', { waitMs: 1_000, parts: ['{}'] });
  await scene.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const other = scene.chat('b');
  const waits: Promise<Response>[] = [];
  await waitFor(async () => {
    waits.push(scene.chat('a'));
    return (await statesOf(scene)).filter((state) => state === 'waiting').length > 1;
  });
  for (const answer of [first, other, ...waits]) expect((await answer).status).toBe(200);
  expect(starts).toEqual(['a', 'b', 'a']);
});

it('gives room that comes free to whom came first', async () => {
  await using scene = await gatewayScene({ instances: { ...one, stop_timeout: 1 } });
  for (const name of ['a', 'b']) await scene.create(name);
  const starts = noteStarts(scene);
  const first = scene.chat('a', { waitMs: 60_000 }).catch(() => null);
  await scene.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const other = scene.chat('b');
  await waitFor(async () => (await statesOf(scene)).includes('waiting'));
  await scene.llamactl.stop('a', { hold: false });
  const last = scene.chat('a');
  for (const answer of [await other, await last]) expect(answer.status).toBe(200);
  await first;
  expect(starts).toEqual(['a', 'b', 'a']);
});

it('is never the turn of another before who it was loaded for is served', async () => {
  const parameters = { delayMs: 300 };
  await using scene = await gatewayScene({ instances: one, parameters });
  const names = ['a', 'b', 'c'];
  for (const name of names) await scene.create(name);
  const starts = noteStarts(scene);
  const answers = await Promise.all([...names, ...names].map((name) => scene.chat(name)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect([...starts].sort()).toEqual(names);
});
