import { createLlamactl } from '@llamactl/core';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../src/create-server.js';
import { handshake } from '../support/handshake.js';
import { openSocket } from '../support/open-socket.js';
import { exchange, openRaw } from '../support/raw-http.js';
import { startTestServer } from '../support/test-server.js';

describe('a server that stops', () => {
  it('tells its sockets so', async () => {
    await using test = await startTestServer();
    using socket = await openSocket(test.server.url);
    const begun = performance.now();
    await test.server.close();
    expect(await socket.closed).toEqual({ code: 1001, reason: expect.stringMatching(/stopping/) });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('does not wait for sockets that do not answer, longer than two seconds', async () => {
    await using test = await startTestServer();
    using mute = await openRaw(test.server.port);
    mute.socket.write(handshake());
    await mute.waitFor(/"type":"snapshot"/);
    using plain = await openRaw(test.server.port);
    plain.socket.write(
      'GET /ready HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
    );
    await plain.waitFor(/"ready"/);
    const begun = performance.now();
    await test.server.close();
    expect(performance.now() - begun).toBeLessThan(5_000);
    await Promise.all([mute.closed, plain.closed]);
  });

  it('is hurried past them', async () => {
    await using test = await startTestServer();
    using mute = await openRaw(test.server.port);
    mute.socket.write(handshake());
    await mute.waitFor(/"type":"snapshot"/);
    const begun = performance.now();
    await test.server.close({ force: true });
    expect(performance.now() - begun).toBeLessThan(1_500);
    await mute.closed;
  });

  it('takes no more of them', async () => {
    await using test = await startTestServer();
    using slow = await openRaw(test.server.port);
    slow.socket.write(
      'POST /api/instances HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n',
    );
    await slow.waitFor(/100 Continue/);
    const closing = test.server.close({ graceMs: 5_000 });
    const { status, headers, body } = await exchange(test.server.port, handshake());
    expect({ status, code: JSON.parse(body).code }).toEqual({ status: 503, code: 'SHUTTING_DOWN' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    slow.socket.destroy();
    await closing;
  });

  it('leaves nothing of them on a core that was given', async () => {
    await using core = await createLlamactl();
    let subscribed = 0;
    const feed = Object.create(core.feed, {
      seq: { get: () => core.feed.seq },
      subscribe: {
        value: (listener: Parameters<typeof core.feed.subscribe>[0]) => {
          const end = core.feed.subscribe(listener);
          subscribed += 1;
          return () => {
            subscribed -= 1;
            end();
          };
        },
      },
    });
    const watched = Object.create(core, {
      feed: { value: feed },
      list: { value: () => core.list() },
      on: { value: core.on.bind(core) },
      beforeStop: { value: core.beforeStop.bind(core) },
      beforeRestart: { value: core.beforeRestart.bind(core) },
      alerts: { value: () => core.alerts() },
      resources: { value: () => core.resources() },
    });
    const server = await createServer({ port: 0, llamactl: watched });
    const sockets = await Promise.all([1, 2, 3].map(() => openSocket(server.url)));
    await Promise.all(sockets.map(({ first }) => first('snapshot')));
    expect(subscribed).toBe(1);
    await server.close();
    expect(subscribed).toBe(0);
  });
});
