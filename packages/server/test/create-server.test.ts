import { join } from 'node:path';
import { createLlamactl, type Llamactl } from '@llamactl/core';
import { freePort, isAlive, occupyPort, tempDir } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { createServer } from '../src/create-server.js';
import { createLogger } from '../src/log/logger.js';
import { fail, succeed } from './support/call.js';
import { openRaw } from './support/raw-http.js';
import { startTestServer } from './support/test-server.js';

const getReady = 'GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n';
const getHealth = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('createServer', () => {
  it('serves under its base path alone', async () => {
    await using test = await startTestServer({ basePath: '/llm/v2/' });
    const { url, port } = test.server;
    expect(url).toBe(`http://localhost:${port}/llm/v2`);
    expect(await succeed(url, 'getReady')).toEqual({ status: 'ready' });
    expect((await fetch(`http://localhost:${port}/ready`)).status).toBe(404);
  });

  it('answers on every address that it tells', async () => {
    await using test = await startTestServer();
    for (const url of test.server.urls)
      expect(await succeed(url, 'getHealth')).toEqual({ status: 'ok' });
  });

  it('leaves a core that was given alone', async () => {
    await using core = await createLlamactl({});
    const test = await startTestServer({ llamactl: core });
    expect(test.server.llamactl).toBe(core);
    await test[Symbol.asyncDispose]();
    await expect(core.remove('nobody')).rejects.toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    await using dir = await tempDir();
    await expect(
      core.create({ name: 'a', model_path: join(dir.path, 'none') }),
    ).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('refuses wrong settings before it does anything', async () => {
    const wrong = [
      { port: 70_000 },
      { basePath: 'x' },
      { host: '0.0.0.0', port: 0 },
      { config: { server: { prot: 1 } } as never },
    ];
    for (const options of wrong) {
      await expect(createServer(options)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  });

  it('touches no data when the port is taken', async () => {
    await using other = await occupyPort();
    await using dir = await tempDir();
    const dataDir = join(dir.path, 'data');
    await expect(
      createServer({ host: '127.0.0.1', port: other.port, dataDir }),
    ).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await using server = await createServer({ port: 0, dataDir });
    expect(server.llamactl.list()).toEqual([]);
  });

  it('lets go of the port when the data folder is in use', async () => {
    await using test = await startTestServer();
    const dataDir = join(test.dir, 'data');
    await using other = await occupyPort();
    const { port } = other;
    await other.close();
    await expect(createServer({ port, dataDir })).rejects.toMatchObject({
      code: 'DATA_DIR_LOCKED',
    });
    await using free = await occupyPort(port);
    expect(free.port).toBe(port);
  });

  it('answers what was not foreseen with 500, and logs it once with the id', async () => {
    const lines: string[] = [];
    const logger = createLogger('info', (line) => lines.push(line));
    await using core = await createLlamactl({});
    const secret = '/home/secret/file';
    const broken: Llamactl = Object.create(core, {
      list: { value: () => core.list() },
      on: { value: core.on.bind(core) },
      beforeStop: { value: core.beforeStop.bind(core) },
      beforeRestart: { value: core.beforeRestart.bind(core) },
      get: {
        value: () => {
          throw new TypeError(`cannot read ${secret}`);
        },
      },
    });
    await using server = await createServer({ port: 0, llamactl: broken, logger });
    const answer = await fail(server.url, 'getInstance', 'INTERNAL_ERROR', {
      name: 'a',
      headers: { 'x-request-id': 'my-id' },
    });
    expect(JSON.stringify(answer)).not.toContain(secret);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('request_id=my-id');
    expect(lines[0]).toContain(secret);
  });

  it('logs requests at debug', async () => {
    const lines: string[] = [];
    const logger = createLogger('debug', (line) => lines.push(line));
    await using test = await startTestServer({ logger });
    await fail(test.server.url, 'getInstance', 'INSTANCE_NOT_FOUND', { name: 'nobody' });
    await test.server.close();
    expect(lines.join('')).toMatch(
      /debug request request_id=\S+ address=\S+ method=GET path=\S+nobody status=404/,
    );
  });
});

describe('close', () => {
  it('lets requests under way finish, and refuses others', async () => {
    await using test = await startTestServer();
    const { server, model } = test;
    const body = JSON.stringify({ name: 'late', model_path: model });
    const head =
      'POST /api/instances HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
    using underWay = await openRaw(server.port);
    underWay.socket.write(head);
    await underWay.waitFor(/100 Continue/);
    const closing = server.close();

    using ready = await openRaw(server.port);
    ready.socket.write(getReady);
    expect(await ready.closed).toMatch(/503.*Retry-After: \d+.*SHUTTING_DOWN/s);
    using health = await openRaw(server.port);
    health.socket.write(getHealth);
    expect(await health.closed).toMatch(/200.*Connection: close.*\{"status":"stopping"\}/s);

    underWay.socket.write(body);
    expect(await underWay.closed).toMatch(/201 Created.*Connection: close/s);
    await closing;
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('waits for requests no longer than it is told', async () => {
    await using test = await startTestServer();
    using stuck = await openRaw(test.server.port);
    stuck.socket.write(
      'POST /api/instances HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        'Content-Length: 5\r\nExpect: 100-continue\r\n\r\n',
    );
    await stuck.waitFor(/100 Continue/);
    const begun = performance.now();
    await test.server.close({ graceMs: 50 });
    expect(performance.now() - begun).toBeLessThan(5_000);
    await stuck.closed;
  });

  it('stops instances, and kills them when it is hurried', async () => {
    await using test = await startTestServer({}, 'ignores-sigterm');
    const { server, model } = test;
    await succeed(server.url, 'createInstance', {
      body: { name: 'a', model_path: model, port: await freePort() },
    });
    await succeed(server.url, 'startInstance', { name: 'a' });
    const { pid } = await server.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
    const begun = performance.now();
    const closing = server.close();
    await server.llamactl.waitForStatus('a', 'stopping', { timeoutMs: 20_000 });
    await Promise.all([server.close({ force: true }), closing]);
    expect(performance.now() - begun).toBeLessThan(4_500);
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('may be called again and again', async () => {
    const test = await startTestServer();
    await Promise.all([test.server.close(), test.server.close({ force: true })]);
    await test[Symbol.asyncDispose]();
  });
});
