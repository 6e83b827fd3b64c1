import { once } from 'node:events';
import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayScene, gatewayScene, type Told } from '../support/gateway-scene.js';
import { openRaw } from '../support/raw-http.js';

let scene: GatewayScene;
beforeAll(async () => {
  const gateway = { firstByteMs: 1_000, idleMs: 1_500 };
  const server = { timeouts: { gateway } };
  scene = await gatewayScene({ server, parameters: { slots: 2_000 } });
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

const eventStream = { 'content-type': 'text/event-stream' };
const endless: Told = {
  headers: eventStream,
  parts: ['data: {"a":1}\n\n'],
  times: 2_000,
  partMs: 10,
};
const lefts = async () => (await scene.seen('alpha')).filter(({ left }) => left).length;
const underWay = async () => {
  const { requests } = (await (await fetch(`${scene.url}/api/requests`)).json()) as {
    requests: unknown[];
  };
  return requests.length;
};

describe('the client leaves', () => {
  it('P1: in mid-stream: the backend is told within 100 ms', async () => {
    const before = await lefts();
    const abort = new AbortController();
    const answer = await scene.chat('alpha', endless, { signal: abort.signal });
    await answer.body?.getReader().read();
    const leftAt = performance.now();
    abort.abort();
    await waitFor(async () => (await lefts()) === before + 1, { timeoutMs: 1_000 });
    expect(performance.now() - leftAt).toBeLessThan(1_000);
    expect(await underWay()).toBe(0);
  });

  it('P1: a thousand times, and no place stays taken', async () => {
    const before = await lefts();
    const leave = async () => {
      const abort = new AbortController();
      const answer = await scene.chat('alpha', endless, { signal: abort.signal });
      await answer.body?.getReader().read();
      abort.abort();
    };
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, leave));
    await waitFor(async () => (await lefts()) === before + 1_000, { timeoutMs: 10_000 });
    expect(await underWay()).toBe(0);
    expect((await scene.chat('alpha')).status).toBe(200);
  });

  it('P3: before an answer in one piece', async () => {
    const before = await lefts();
    const abort = new AbortController();
    const asked = scene.chat('alpha', { waitMs: 900, parts: ['{}'] }, { signal: abort.signal });
    await waitFor(async () => (await underWay()) === 1);
    abort.abort();
    await expect(asked).rejects.toThrow();
    await waitFor(async () => (await lefts()) === before + 1, { timeoutMs: 1_000 });
  });
});

describe('the backend breaks off', () => {
  it('P4: before its headers: 502 UPSTREAM_ERROR', async () => {
    const answer = await scene.chat('alpha', { end: 'cut' });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({
      error: { type: 'server_error', code: 'UPSTREAM_ERROR' },
    });
  });

  it('P4: because it is killed: 502, then 503 with the reason', async () => {
    const { pid } = await scene.run('victim');
    const asked = scene.chat('victim', { waitMs: 900 });
    await waitFor(async () => (await requestStates()).includes('running'));
    process.kill(Number(pid), 'SIGKILL');
    expect((await asked).status).toBe(502);
    await scene.llamactl.waitForStatus('victim', 'failed', { timeoutMs: 10_000 });
    const next = await scene.chat('victim');
    expect(next.status).toBe(503);
    expect(await next.json()).toMatchObject({ error: { code: 'INSTANCE_FAILED' } });
    expect(Number(next.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('P5: in a stream: an event with the error, no end, and never [DONE]', async () => {
    const told: Told = { headers: eventStream, parts: ['data: {"a":1}\n\n'], end: 'cut' };
    using connection = await openRaw(scene.port);
    const body = JSON.stringify({ model: 'alpha', stream: true, told });
    connection.socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const received = await connection.closed;
    expect(received).toContain('data: {"a":1}\n\n');
    expect(received).toMatch(/data: \{"error":\{"message":".+","type":"server_error"/);
    expect(received).not.toContain('[DONE]');
    expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it('P5: within an event: cut without another word', async () => {
    const told: Told = { headers: eventStream, parts: ['data: {"a":'], end: 'cut' };
    const answer = await scene.chat('alpha', told);
    await expect(answer.text()).rejects.toThrow();
  });

  it('P5: in JSON: no client takes the part for the whole', async () => {
    for (const headers of [{ 'content-length': '100' }, {}]) {
      const answer = await scene.chat('alpha', { headers, parts: ['{"a":1'], end: 'cut' });
      await expect(answer.text()).rejects.toThrow();
    }
  });

  it('P5: for a client of HTTP/1.0, to which the end of the connection is the end of the answer: a reset', async () => {
    for (const told of [
      { parts: ['{"a":1'], end: 'cut' },
      { headers: eventStream, parts: ['data: {"a":'], end: 'cut' },
    ]) {
      using connection = await openRaw(scene.port);
      const { socket } = connection;
      const broken = once(socket, 'close');
      const body = JSON.stringify({ model: 'alpha', told, stream: true });
      const head = `POST /v1/chat/completions HTTP/1.0\r\nContent-Length: ${body.length}\r\n\r\n`;
      socket.write(head + body);
      await expect(broken).rejects.toThrow('ECONNRESET');
    }
  });

  it('P5: for a client of HTTP/1.0: also in the piece that the body begins with', async () => {
    const raw = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n';
    using connection = await openRaw(scene.port);
    const body = JSON.stringify({ model: 'alpha', told: { raw } });
    const head = `POST /v1/chat/completions HTTP/1.0\r\nContent-Length: ${body.length}\r\n\r\n`;
    connection.socket.write(head + body);
    expect(await connection.closed).toMatch(/\r\n\r\nhello$/);
  });

  it('P6: says nothing: 504 before headers, an error event after', async () => {
    const silent = await scene.chat('alpha', { waitMs: 5_000 });
    expect(silent.status).toBe(504);
    const told: Told = { headers: eventStream, parts: ['data: 1\n\n'], end: 'hang' };
    const answer = await scene.chat('alpha', told);
    const text = await readToBreak(answer);
    expect(text).toMatch(/data: 1\n\ndata: \{"error":.*TIMEOUT/);
  });
});

describe('P7: the backend lies', () => {
  it.each([
    ['a bad chunk size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
    [
      'length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['a huge header', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
  ])('%s', async (_what, raw) => {
    const answer = await scene.chat('alpha', { raw });
    if (answer.status === 200) await expect(answer.text()).rejects.toThrow();
    else {
      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({ error: { code: 'UPSTREAM_ERROR' } });
    }
    expect((await (await scene.chat('alpha')).json()) as object).toMatchObject({ model: 'alpha' });
  });

  it('another answer behind the right one reaches nobody', async () => {
    const first = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    const second = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
    expect(await (await scene.chat('alpha', { raw: first + second })).text()).toBe('ok');
    expect(await (await scene.chat('alpha')).text()).toContain('"model":"alpha"');
  });
});

it('P9: a client that does not read holds the backend back', async () => {
  const part = `data: ${'x'.repeat(65_536)}\n\n`;
  const told: Told = { headers: eventStream, parts: [part], times: 2_000 };
  const body = JSON.stringify({ model: 'alpha', stream: true, told });
  const before = process.memoryUsage();
  using connection = await openRaw(scene.port);
  connection.socket.pause();
  connection.socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
  );
  connection.socket.write(body);
  await waitFor(async () => (await underWay()) === 1);
  await waitFor(async () => JSON.stringify(await requestStates()).includes('answering'));
  const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
  // 128 MB would come, were it not held back.
  expect(grown).toBeLessThan(20_000_000);
  connection.socket.destroy();
  await waitFor(async () => (await underWay()) === 0);
});

async function requestStates() {
  const { requests } = (await (await fetch(`${scene.url}/api/requests`)).json()) as {
    requests: { state: string }[];
  };
  return requests.map(({ state }) => state);
}

async function readToBreak(answer: Response): Promise<string> {
  let text = '';
  try {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  } catch {
    return text;
  }
  throw new Error(`it ended as if it were whole: ${text}`);
}
