import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.js';

let scene: GatewayScene;
beforeAll(async () => {
  scene = await gatewayScene();
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

const list = async () => (await succeed(scene.url, 'listRequests')).requests;
/** Its id takes the place of the name in the path. */
const cancel = (id: string) =>
  fetch(`${scene.url}/api/requests/${encodeURIComponent(id)}`, { method: 'DELETE' });

it('lists what is under way, with the id that the client gave', async () => {
  const headers = { 'x-request-id': 'mine-1' };
  const asked = scene.chat('alpha', { waitMs: 500, parts: ['{}'] }, { headers });
  await waitFor(async () => (await list())[0]?.state === 'running');
  expect(await list()).toEqual([
    {
      id: 'mine-1',
      instance: 'alpha',
      method: 'POST',
      path: '/v1/chat/completions',
      state: 'running',
      started_at: expect.stringMatching(/Z$/),
      first_token_ms: null,
    },
  ]);
  expect((await asked).headers.get('x-request-id')).toBe('mine-1');
  await waitFor(async () => (await list()).length === 0);
});

it('gives two requests of one id different ones', async () => {
  const headers = { 'x-request-id': 'same' };
  const told = { waitMs: 300, parts: ['{}'] };
  const answers = await Promise.all([1, 2].map(() => scene.chat('alpha', told, { headers })));
  const ids = answers.map((answer) => answer.headers.get('x-request-id'));
  expect(ids).toContain('same');
  expect(new Set(ids).size).toBe(2);
});

it('cancels a request: its client is told, the backend stops', async () => {
  const headers = { 'x-request-id': 'doomed' };
  const asked = scene.chat('alpha', { waitMs: 10_000 }, { headers });
  await waitFor(async () => (await list())[0]?.state === 'running');
  expect(await (await cancel('doomed')).json()).toEqual({ message: 'Request cancelled' });
  const answer = await asked;
  expect(answer.status).toBe(409);
  expect(answer.headers.get('x-should-retry')).toBe('false');
  expect(await answer.json()).toMatchObject({ error: { code: 'REQUEST_CANCELLED' } });
  await waitFor(async () => (await scene.seen('alpha')).some(({ left }) => left));
});

it('cancels a stream: its client gets the error as an event', async () => {
  const headers = { 'x-request-id': 'stream' };
  const told = { headers: { 'content-type': 'text/event-stream' }, parts: ['data: 1\n\n'] };
  const answer = await scene.chat('alpha', { ...told, end: 'hang' }, { headers });
  await cancel('stream');
  let text = '';
  await (async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  expect(text).toMatch(/^data: 1\n\ndata: \{"error":.*REQUEST_CANCELLED/);
});

it('knows nothing of one that has ended', async () => {
  const answer = await cancel('nobody');
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'REQUEST_NOT_FOUND' });
});
