import { readFileSync } from 'node:fs';
import { operations } from '@llamactl/contract';
import { freePort, isAlive, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { curl } from '../system/curl.js';
import { serve } from '../system/serve.js';

const json = ['-H', 'Content-Type: application/json'];
const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const whole = expect.toSatisfy((value) => Number.isInteger(value) && value > 0);

test('an instance lives as documented, seen through curl', async () => {
  await using system = await serve();
  const api = `${system.url}/api/instances`;
  const port = await freePort();
  const definition = {
    name: 'example',
    model_path: system.model,
    port,
    options: { threads: 1, context_size: 2048, gpu_layers: 0 },
  };

  const created = await curl('-X', 'POST', api, ...json, '-d', JSON.stringify(definition));
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    message: 'Instance created successfully',
    instance: { name: 'example', status: 'stopped', model_path: system.model, port },
  });
  expect(created.body.instance.created_at).toEqual(moment);
  expect(operations.createInstance.response.safeParse(created.body).error).toBeUndefined();

  const started = await curl('-X', 'POST', `${api}/example/start`);
  expect(started.status).toBe(200);
  expect(started.body).toEqual({ message: 'Instance start initiated', status: 'starting' });

  const statuses = await statusesUntil(`${api}/example`, 'running');
  // Each status was true when it was told: nothing answers before `running`, everything does from then on.
  expect(statuses.slice(0, -1).every((status) => status === 'starting')).toBe(true);
  const direct = await curl(`http://127.0.0.1:${port}/health`);
  expect(direct).toMatchObject({ status: 200, body: { status: 'ok' } });

  const details = await curl(`${api}/example`);
  expect(details.status).toBe(200);
  expect(details.body).toMatchObject({ ...definition, status: 'running', updated_at: moment });
  expect(details.body.pid).toEqual(whole);
  expect(readFileSync(`/proc/${details.body.pid}/comm`, 'utf8')).toBe('llama-server\n');
  expect(details.body.stats).toEqual({
    memory_usage: whole,
    cpu_usage: expect.any(Number),
    uptime: expect.any(Number),
  });
  expect(operations.getInstance.response.safeParse(details.body).error).toBeUndefined();

  const list = await curl(api);
  const { stats: _, ...withoutStats } = details.body;
  expect(list).toMatchObject({ status: 200, body: { instances: [withoutStats] } });
  expect(list.body.instances[0]).not.toHaveProperty('stats');

  const health = await curl(`${api}/example/health`);
  expect(health.body).toEqual({
    status: 'healthy',
    checks: { process: 'running', port: 'open', response: 'ok' },
    last_check: moment,
  });

  const question = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 8 };
  const chat = `http://127.0.0.1:${port}/v1/chat/completions`;
  const answer = await curl('-X', 'POST', chat, ...json, '-d', JSON.stringify(question));
  expect(answer).toMatchObject({ status: 200, body: { usage: { completion_tokens: 8 } } });

  const logs = await curl(`${api}/example/logs?lines=1000&level=info`);
  expect(logs.status).toBe(200);
  expect(logs.body.logs).toContainEqual(
    expect.objectContaining({
      timestamp: moment,
      level: 'info',
      message: expect.stringContaining('listening on'),
    }),
  );

  const stopped = await curl('-X', 'POST', `${api}/example/stop`);
  expect(stopped.status).toBe(200);
  expect(stopped.body).toEqual({ message: 'Instance stop initiated', status: 'stopping' });
  const ending = await statusesUntil(`${api}/example`, 'stopped');
  expect(ending.slice(0, -1).every((status) => status === 'stopping')).toBe(true);
  expect(isAlive(details.body.pid)).toBe(false);
  await expect(curl(`http://127.0.0.1:${port}/health`)).rejects.toThrow('connect');
  expect((await curl(`${api}/example`)).body).toMatchObject({ pid: null, stats: null });

  const deleted = await curl('-X', 'DELETE', `${api}/example`);
  expect(deleted).toMatchObject({
    status: 200,
    body: { message: 'Instance deleted successfully' },
  });
  expect(await curl(`${api}/example`)).toMatchObject({
    status: 404,
    body: { error: expect.any(String), code: 'INSTANCE_NOT_FOUND', details: expect.any(String) },
  });
});

test('what cannot be done is told with a code, and changes nothing', async () => {
  await using system = await serve();
  const api = `${system.url}/api/instances`;
  const definition = JSON.stringify({
    name: 'example',
    model_path: system.model,
    options: { threads: 1 },
  });
  await curl('-X', 'POST', api, ...json, '-d', definition);
  await curl('-X', 'POST', `${api}/example/start`);
  await statusesUntil(`${api}/example`, 'running');
  const before = (await curl(`${api}/example`)).body.pid;

  for (const [status, code, args] of [
    [409, 'INSTANCE_EXISTS', ['-X', 'POST', api, ...json, '-d', definition]],
    [409, 'INSTANCE_ALREADY_RUNNING', ['-X', 'POST', `${api}/example/start`]],
    [409, 'INSTANCE_NOT_STOPPED', ['-X', 'DELETE', `${api}/example`]],
    [404, 'INSTANCE_NOT_FOUND', ['-X', 'POST', `${api}/other/start`]],
    [404, 'NOT_FOUND', [`${system.url}/api/nothing`]],
    [405, 'METHOD_NOT_ALLOWED', ['-X', 'PATCH', api]],
    [400, 'VALIDATION_FAILED', ['-X', 'POST', api, ...json, '-d', '{"name": "x"}']],
    [400, 'INVALID_REQUEST', ['-X', 'POST', api, ...json, '-d', '{"name": ']],
    [400, 'MODEL_NOT_FOUND', ['-X', 'POST', api, ...json, '-d', '{"name":"x","model_path":"/x"}']],
  ] as const) {
    const answer = await curl(...args);
    expect(answer.body, args.join(' ')).toMatchObject({ error: expect.any(String), code });
    expect(typeof answer.body.details, args.join(' ')).toBe('string');
    expect(answer.status, args.join(' ')).toBe(status);
  }
  expect((await curl(`${api}/example`)).body).toMatchObject({ status: 'running', pid: before });
  expect((await curl(api)).body.instances).toHaveLength(1);
});

test('a changed option takes effect at the next restart', async () => {
  await using system = await serve();
  const url = `${system.url}/api/instances/example`;
  const definition = { name: 'example', model_path: system.model, options: { threads: 1 } };
  const create = ['-X', 'POST', `${system.url}/api/instances`, ...json, '-d'];
  await curl(...create, JSON.stringify(definition));
  await curl('-X', 'POST', `${url}/start`);
  await statusesUntil(url, 'running');
  const { pid, port } = (await curl(url)).body;

  const change = JSON.stringify({ options: { context_size: 512 } });
  const updated = await curl('-X', 'PUT', url, ...json, '-d', change);
  expect(updated).toMatchObject({
    status: 200,
    body: {
      message: 'Instance updated successfully',
      restart_required: true,
      instance: { status: 'running', pid, options: { threads: 1, context_size: 512 } },
    },
  });
  const restarted = await curl('-X', 'POST', `${url}/restart`);
  expect(restarted).toMatchObject({
    status: 200,
    body: { message: 'Instance restart initiated', status: 'stopping' },
  });
  await waitFor(async () => (await curl(url)).body.status === 'running', { timeoutMs: 30_000 });
  expect((await curl(url)).body.pid).not.toBe(pid);
  const { body } = await curl(`http://127.0.0.1:${port}/props`);
  expect(body.default_generation_settings.n_ctx).toBe(512);
});

/** Every status of an instance that was seen until it got the wanted one. */
async function statusesUntil(url: string, wanted: string): Promise<string[]> {
  const seen: string[] = [];
  await waitFor(
    async () => {
      seen.push((await curl(url)).body.status);
      return seen.at(-1) === wanted;
    },
    { timeoutMs: 30_000, message: `status ${wanted}` },
  );
  return seen;
}
