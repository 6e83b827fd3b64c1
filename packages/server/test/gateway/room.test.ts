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

/** How far the requests to an instance are. */
async function statesOf({ url }: GatewayScene, wanted: string): Promise<string[]> {
  const { requests } = await succeed(url, 'listRequests');
  return requests.flatMap(({ instance, state }) => (instance === wanted ? [state] : []));
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
  let starts = 0;
  scene.llamactl.on('instance_status_changed', ({ instance }) => {
    if (instance.status === 'starting') starts += 1;
  });
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
  expect(starts).toBeLessThan(20);
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
  await waitFor(async () => {
    const { requests } = (await (await fetch(`${scene.url}/api/requests`)).json()) as {
      requests: unknown[];
    };
    return requests.length === 2;
  });
  abort.abort();
  await second;
  expect((await first).status).toBe(200);
  expect((await scene.chat('a')).status).toBe(200);
  expect(running(scene)).toEqual(['a']);
});
