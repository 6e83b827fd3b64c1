import { operations } from '@llamactl/contract';
import { freePort } from '@llamactl/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandlers, type HandlerContext } from '../../src/http/handlers.js';
import { call, fail, succeed } from '../support/call.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeEach(async () => {
  test = await startTestServer();
  url = test.server.url;
});
afterEach(() => test[Symbol.asyncDispose]());

const create = async (name: string, more = {}) => {
  const body = { name, model_path: test.model, port: await freePort(), ...more };
  return succeed(url, 'createInstance', { body });
};

describe('the API', () => {
  it('has a handler for every operation, no other, and a route to each', async () => {
    const ids = Object.keys(operations);
    expect(Object.keys(createHandlers({} as HandlerContext)).sort()).toEqual([...ids].sort());
    for (const id of ids as (keyof typeof operations)[]) {
      const { answer } = await call(url, id, { name: 'nobody' });
      expect(['NOT_FOUND', 'METHOD_NOT_ALLOWED']).not.toContain((answer as { code?: string }).code);
    }
  });

  it('leads an instance through its life', async () => {
    expect(await succeed(url, 'listInstances')).toEqual({ instances: [] });
    const options = { threads: 1, context_size: 512 };
    const created = await create('Tiny', { options });
    expect(created.instance).toMatchObject({ name: 'Tiny', status: 'stopped', pid: null, options });
    expect(await succeed(url, 'getInstance', { name: 'tiny' })).toMatchObject({ stats: null });

    expect(await succeed(url, 'startInstance', { name: 'Tiny' })).toEqual({
      message: 'Instance start initiated',
      status: 'starting',
    });
    await test.server.llamactl.waitForStatus('Tiny', 'running', { timeoutMs: 20_000 });
    const running = await succeed(url, 'getInstance', { name: 'Tiny' });
    expect(running).toMatchObject({ status: 'running', stats: { uptime: expect.any(Number) } });
    expect(running.pid).toBeGreaterThan(0);
    expect(await succeed(url, 'getInstanceHealth', { name: 'Tiny' })).toMatchObject({
      status: 'healthy',
      checks: { process: 'running', port: 'open', response: 'ok' },
    });
    const { logs } = await succeed(url, 'getInstanceLogs', { name: 'Tiny', query: '?lines=5' });
    expect(logs.length).toBeGreaterThan(0);
    expect(logs.length).toBeLessThanOrEqual(5);
    await fail(url, 'startInstance', 'INSTANCE_ALREADY_RUNNING', { name: 'Tiny' });
    await fail(url, 'deleteInstance', 'INSTANCE_NOT_STOPPED', { name: 'Tiny' });
    const change = { name: 'Tiny', body: { options: { threads: 2, context_size: null } } };
    expect(await succeed(url, 'updateInstance', change)).toMatchObject({
      restart_required: true,
      instance: { options: { threads: 2 } },
    });

    expect(await succeed(url, 'restartInstance', { name: 'Tiny' })).toMatchObject({
      status: 'stopping',
    });
    await test.server.llamactl.waitForStatus('Tiny', 'starting', { timeoutMs: 20_000 });
    await test.server.llamactl.waitForStatus('Tiny', 'running', { timeoutMs: 20_000 });
    expect(await succeed(url, 'stopInstance', { name: 'Tiny' })).toEqual({
      message: 'Instance stop initiated',
      status: 'stopping',
    });
    await test.server.llamactl.waitForStatus('Tiny', 'stopped', { timeoutMs: 20_000 });
    await fail(url, 'stopInstance', 'INSTANCE_NOT_RUNNING', { name: 'Tiny' });
    await succeed(url, 'deleteInstance', { name: 'Tiny' });
    await fail(url, 'getInstance', 'INSTANCE_NOT_FOUND', { name: 'Tiny' });
  });

  it('C7: lets exactly one of many creates of a name win', async () => {
    const names = Array.from({ length: 50 }, (_, n) => (n % 2 ? 'same' : 'SAME'));
    const answers = await Promise.all(
      names.map((name) => call(url, 'createInstance', { body: { name, model_path: test.model } })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(49);
  });

  it('takes every form of an empty body for stop, and its two fields', async () => {
    await create('a');
    const parts = [
      {},
      { body: '' },
      { body: {} },
      { body: { force: true } },
      { body: { timeout: 0.5 } },
      { body: { force: false, timeout: 30 } },
    ];
    for (const part of parts) {
      await fail(url, 'stopInstance', 'INSTANCE_NOT_RUNNING', { name: 'a', ...part });
    }
    for (const body of [{ timeout: -1 }, { timeout: '5' }, { force: 1 }, { forced: true }]) {
      await fail(url, 'stopInstance', 'VALIDATION_FAILED', { name: 'a', body });
    }
  });

  it('kills at once when stop is forced', async () => {
    await create('a');
    await succeed(url, 'startInstance', { name: 'a' });
    await test.server.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
    await succeed(url, 'stopInstance', { name: 'a', body: { force: true } });
    const { last_exit } = await test.server.llamactl.waitForStatus('a', 'stopped', {
      timeoutMs: 20_000,
    });
    expect(last_exit?.signal).toBe('SIGKILL');
  });

  it('passes on what core refuses', async () => {
    const model_path = test.model;
    await fail(url, 'createInstance', 'UNKNOWN_OPTION', {
      body: { name: 'a', model_path, options: { thread: 1 } },
    });
    await fail(url, 'createInstance', 'OPTION_MANAGED', {
      body: { name: 'a', model_path, options: { host: '0.0.0.0' } },
    });
    await fail(url, 'createInstance', 'UNKNOWN_BACKEND', {
      body: { name: 'a', model_path, backend: 'nope' },
    });
    await fail(url, 'createInstance', 'MODEL_NOT_FOUND', {
      body: { name: 'a', model_path: '/nowhere.gguf' },
    });
    await fail(url, 'createInstance', 'COMMAND_FORBIDDEN', {
      body: { name: 'a', model_path, command: '/bin/sh' },
    });
    await create('a');
    await fail(url, 'createInstance', 'INSTANCE_EXISTS', { body: { name: 'A', model_path } });
  });

  it('keeps definitions over a restart', async () => {
    await create('kept', { options: { threads: 1 } });
    const before = await succeed(url, 'getInstance', { name: 'kept' });
    await test.server.close();
    await using again = await startTestServer({ dataDir: `${test.dir}/data` });
    expect(await succeed(again.server.url, 'getInstance', { name: 'kept' })).toEqual(before);
  });
});
