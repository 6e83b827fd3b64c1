import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLlamactl, llamaCpp } from '@llamactl/core';
import { isAlive, makeFakeCommand, tempDir, waitFor } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { type GatewayScene, gatewayScene, type SceneOptions } from '../support/gateway-scene.js';

const million = 1_000_000;
/** With its model a fake takes some 50 MB more. */
const modelBytes = 50 * million;
/** For one of them, and for two. */
const one = 125 * million;
const two = 220 * million;

const scene = (memory_budget: number, options: SceneOptions = {}) =>
  gatewayScene({ ...options, parameters: { loadsModel: 1 }, instances: { memory_budget } });

/** Makes an instance whose model is of that size. */
async function create(at: GatewayScene, name: string, more: object = {}, bytes = modelBytes) {
  const model_path = join(at.dir, `${name}.gguf`);
  await writeFile(model_path, '');
  await truncate(model_path, bytes);
  return at.create(name, { model_path, ...more });
}

const running = ({ llamactl }: GatewayScene) =>
  llamactl.list().flatMap(({ name, status }) => (status === 'running' ? [name] : []));

it('stops the one used least recently, and starts the next when its memory is free', async () => {
  await using at = await scene(two);
  for (const name of ['a', 'b', 'c']) await create(at, name);
  for (const name of ['a', 'b', 'a']) expect((await at.chat(name)).status).toBe(200);
  expect(running(at)).toEqual(['a', 'b']);
  const { pid } = at.llamactl.get('b');
  let wasAlive: boolean | null = null;
  at.llamactl.on('instance_status_changed', ({ instance: { name, status } }) => {
    if (name === 'c' && status === 'starting') wasAlive = isAlive(pid ?? 0);
  });
  expect((await at.chat('c')).status).toBe(200);
  expect(wasAlive).toBe(false);
  expect(running(at)).toEqual(['a', 'c']);
});

it('goes by what an instance took in its last run, once there was one', async () => {
  await using at = await scene(160 * million);
  for (const name of ['a', 'b']) await create(at, name);
  const ask = async (name: string) => expect((await at.chat(name)).status).toBe(200);
  // By the size of its model there is room for the second one too.
  for (const name of ['a', 'b']) await ask(name);
  expect(running(at)).toEqual(['a', 'b']);
  await at.llamactl.stop('b', { hold: false });
  await at.llamactl.waitForStatus('b', 'stopped', { timeoutMs: 20_000 });
  await ask('b');
  expect(running(at)).toEqual(['b']);
  await at.llamactl.update('a', { options: { threads: 1 } });
  await ask('a');
  expect(running(at)).toEqual(['a', 'b']);
});

it('P13: waits for a busy one, and goes on when that has ended', async () => {
  await using at = await scene(one);
  for (const name of ['a', 'b']) await create(at, name);
  const first = at.chat('a', { waitMs: 700, parts: ['{"whole":true}'] });
  await at.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const second = at.chat('b');
  expect(await (await first).json()).toEqual({ whole: true });
  expect((await second).status).toBe(200);
  expect(running(at)).toEqual(['b']);
});

it('never stops a pinned one, and says what is in the way when the wait is over', async () => {
  const server = { timeouts: { gateway: { queueMs: 400, patienceMs: 100 } } };
  await using at = await scene(one, { server });
  await create(at, 'a', { pinned: true });
  await create(at, 'b');
  await at.llamactl.start('a');
  await at.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const answer = await at.chat('b');
  expect(answer.status).toBe(504);
  expect(await answer.text()).toMatch(
    /no room for it beside another instance: it needs 50 MB, what is there takes \d+ MB, and instances.memory_budget is 125 MB/,
  );
  expect(running(at)).toEqual(['a']);
});

it('refuses at once what is larger than the budget, but not by hand', async () => {
  await using at = await scene(one);
  await create(at, 'a');
  await create(at, 'large', {}, one + 1);
  expect((await at.chat('a')).status).toBe(200);
  const answer = await at.chat('large');
  expect(answer.status).toBe(507);
  expect(answer.headers.get('x-should-retry')).toBe('false');
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe('MEMORY_BUDGET_EXCEEDED');
  expect(error.message).toMatch(
    /"large" needs 126 MB of memory, by the size of its model, and instances.memory_budget is 125 MB/,
  );
  expect(running(at)).toEqual(['a']);
  expect(at.llamactl.get('large')).toMatchObject({ status: 'stopped', failure: null });
  await at.llamactl.start('large');
  await at.llamactl.waitForStatus('large', 'running', { timeoutMs: 20_000 });
  expect((await at.chat('large')).status).toBe(200);
  expect(running(at)).toEqual(['a', 'large']);
});

it('takes what it knows nothing of for as large as the budget, until it has seen it', async () => {
  await using dir = await tempDir();
  const command = await makeFakeCommand('does-as-told', { dir: dir.path });
  const backend = llamaCpp({ command });
  // A model that is no file, as other backends take it.
  const check = async () => {};
  const launch: typeof backend.launch = (input, context) =>
    backend.launch({ ...input, model_path: command }, context);
  const backends = { 'llama-cpp': { ...backend, check, launch } };
  await using llamactl = await createLlamactl({ backends });
  await using at = await scene(two, { server: { llamactl } });
  await at.create('file');
  await at.create('other', { model_path: 'org/model' });
  expect((await at.chat('file')).status).toBe(200);
  expect((await at.chat('other')).status).toBe(200);
  expect(running(at)).toEqual(['other']);
  await waitFor(() => llamactl.get('other').stats !== null);
  expect((await at.chat('file')).status).toBe(200);
  expect(running(at)).toEqual(['file', 'other']);
});
