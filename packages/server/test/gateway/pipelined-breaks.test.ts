import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { type GatewayScene, gatewayScene, type Told } from '../support/gateway-scene.js';
import { openRaw } from '../support/raw-http.js';

let scene: GatewayScene;
beforeAll(async () => {
  scene = await gatewayScene({ parameters: { slots: 64 } });
});
afterAll(() => scene[Symbol.asyncDispose]());

const headers = { 'content-type': 'text/event-stream' };
const stream: Told = { headers, parts: ['data: {"a":1}\n\n'], end: 'hang' };
const json: Told = { headers: { 'content-length': '400' }, parts: ['{"a":1'], end: 'hang' };
let count = 0;

/** Follows a log, and sends on the same connection a chat that its backend begins to answer, and one more request. */
async function queue(told: Told, version = '1.1') {
  const [log, model] = [`log-${++count}`, `chat-${count}`];
  await scene.create(log);
  const { pid } = await scene.run(model, { restart_policy: 'never' });
  const body = JSON.stringify({ model, told, stream: true });
  const connection = await openRaw(scene.port);
  connection.socket.write(
    `GET /api/instances/${log}/logs?follow=true HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n` +
      `POST /v1/chat/completions HTTP/${version}\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
      // After one of HTTP/1.0 comes no other.
      (version === '1.1' ? 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n' : ''),
  );
  await connection.waitFor(/200 OK/);
  const find = async () => {
    const { requests } = await succeed(scene.url, 'listRequests');
    return requests.find(({ instance }) => instance === model);
  };
  await waitFor(async () => (await find())?.state === 'answering');
  return {
    connection,
    kill: async () => {
      process.kill(Number(pid), 'SIGKILL');
      await scene.llamactl.waitForStatus(model, 'failed', { timeoutMs: 20_000 });
    },
    cancel: async () => succeed(scene.url, 'cancelRequest', { name: (await find())?.id ?? '' }),
    endFirst: () => scene.llamactl.remove(log),
    isListed: async () => (await find()) !== undefined,
  };
}

/** What came behind the first answer, which must be there to its last byte. */
function behindFirst(received: string): string {
  const end = 'data: {"reason":"instance_deleted"}\n\n\r\n0\r\n\r\n';
  expect(received).toContain(end);
  return received.slice(received.indexOf(end) + end.length);
}

describe('P5: an answer that breaks off while it waits behind another on its connection', () => {
  it.each<[what: string, told: Told, by: 'kill' | 'cancel', end: RegExp]>([
    ['a stream', stream, 'kill', /a":1\}\n\n\r\n.+\r\ndata: \{.+UPSTREAM_ERROR"\}\}\n\n\r\n$/],
    ['a stream', stream, 'cancel', /a":1\}\n\n\r\n.+\r\ndata: \{.+REQUEST_CANCELLED"\}\}\n\n\r\n$/],
    ['an event', { ...stream, parts: ['data: {'] }, 'kill', /\r\n\r\n7\r\ndata: \{\r\n$/],
    ['a body of known length', json, 'kill', /\r\n\r\n\{"a":1$/],
    ['a body of known length', json, 'cancel', /\r\n\r\n\{"a":1$/],
  ])('%s %#: comes as far as it came, with no end, and the connection closes', async (...row) => {
    const [, told, by, end] = row;
    const queued = await queue(told);
    using connection = queued.connection;
    await queued[by]();
    expect(connection.received.match(/HTTP\/1/g)).toHaveLength(1);
    await queued.endFirst();
    const received = behindFirst(await connection.closed);
    expect(received).toMatch(end);
    // Neither the answer to the third request nor a second error.
    expect(received.match(/HTTP\/1|"error"/g)?.length).toBe(told.parts === stream.parts ? 2 : 1);
    await waitFor(async () => !(await queued.isListed()));
  });

  it('in HTTP/1.0: comes as far as it came, and the connection closes', async () => {
    const queued = await queue(json, '1.0');
    using connection = queued.connection;
    await queued.kill();
    await queued.endFirst();
    expect(behindFirst(await connection.closed)).toMatch(/\r\n\r\n\{"a":1$/);
    await waitFor(async () => !(await queued.isListed()));
  });

  it('is not under way any more when its client leaves', async () => {
    const queued = await queue(stream);
    await queued.kill();
    expect(await queued.isListed()).toBe(true);
    queued.connection.socket.destroy();
    await waitFor(async () => !(await queued.isListed()));
  });

  it('does not come when all of it waited already, and it is cancelled', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 15\r\n\r\n';
    const queued = await queue({ raw: `${head}data: {"a":1}\n\n` });
    using connection = queued.connection;
    await queued.cancel();
    await queued.endFirst();
    expect(behindFirst(await connection.closed)).toBe('');
    await waitFor(async () => !(await queued.isListed()));
  });

  it('does not hold up the end of the server', async () => {
    const queued = await queue(stream);
    using connection = queued.connection;
    await queued.cancel();
    await queued.endFirst();
    await connection.waitFor(/REQUEST_CANCELLED/);
    const begun = performance.now();
    await scene.server.close();
    // Those who are still there get ten seconds.
    expect(performance.now() - begun).toBeLessThan(8_000);
  });
});
