import type { UpdateInstance } from '@llamactl/contract';
import { waitFor } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { gatewayScene } from '../support/gateway-scene.js';

const large = { groups: { large: { max_running: 1 } } };

it.each<[what: string, changes: UpdateInstance]>([
  ['it is pinned', { pinned: true }],
  ['it is not in the way any more', { group: null }],
])('one that was asked for its place is open again once %s', async (_what, changes) => {
  const server = { timeouts: { gateway: { patienceMs: 50 } } };
  await using scene = await gatewayScene({ instances: large, server });
  for (const name of ['a', 'b']) await scene.create(name, { group: 'large' });
  const end = new AbortController();
  const hang = (name: string) =>
    scene.chat(name, { waitMs: 60_000 }, { signal: end.signal }).catch(() => null);
  const long = hang('a');
  await scene.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const other = hang('b');
  const waits: Promise<Response>[] = [];
  await waitFor(async () => {
    waits.push(scene.chat('a', undefined, { signal: AbortSignal.timeout(20_000) }));
    const { requests } = await succeed(scene.url, 'listRequests');
    return requests.filter(({ instance, state }) => instance === 'a' && state === 'waiting').length;
  });
  await scene.llamactl.update('a', changes);
  for (const answer of waits) expect((await answer).status).toBe(200);
  end.abort();
  await Promise.all([long, other]);
});

it('one that waits has the room that comes free when another changes its group', async () => {
  const server = { timeouts: { gateway: { patienceMs: 60_000 } } };
  await using scene = await gatewayScene({ instances: large, server });
  for (const name of ['a', 'b']) await scene.create(name, { group: 'large' });
  const end = new AbortController();
  const long = scene.chat('a', { waitMs: 60_000 }, { signal: end.signal }).catch(() => null);
  await scene.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const other = scene.chat('b', undefined, { signal: AbortSignal.timeout(20_000) });
  await waitFor(async () => {
    const { requests } = await succeed(scene.url, 'listRequests');
    return requests.some(({ instance, state }) => instance === 'b' && state === 'waiting');
  });
  await scene.llamactl.update('a', { group: null });
  expect((await other).status).toBe(200);
  end.abort();
  await long;
});

it('one that was asked stays shut until the others that were asked are as free', async () => {
  const server = { timeouts: { gateway: { patienceMs: 50 } } };
  await using scene = await gatewayScene({ instances: { max_running: 1 }, server });
  for (const name of ['a', 'b']) await scene.run(name);
  await scene.create('c');
  const first = scene.chat('a', { waitMs: 400, parts: ['{}'] });
  let isOver = false;
  const last = scene.chat('b', { waitMs: 2_000, parts: ['{}'] }).finally(() => {
    isOver = true;
  });
  const other = scene.chat('c');
  const late: Promise<[status: number, isOver: boolean]>[] = [];
  const insist = () => late.push(scene.chat('a').then(({ status }) => [status, isOver]));
  await waitFor(async () => {
    insist();
    const { requests } = await succeed(scene.url, 'listRequests');
    return requests.some(({ instance, state }) => instance === 'a' && state === 'waiting');
  });
  expect((await first).status).toBe(200);
  insist();
  expect(await late.at(-1)).toEqual([200, true]);
  for (const answer of [last, other]) expect((await answer).status).toBe(200);
  await Promise.all(late);
});
