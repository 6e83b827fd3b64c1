import { waitFor } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { handshake } from '../support/handshake.js';
import { openSocket } from '../support/open-socket.js';
import { openRaw } from '../support/raw-http.js';
import { startTestServer } from '../support/test-server.js';

const pingMs = 60;
const silenceMs = 180;

describe('a peer', () => {
  it('W2: that has vanished without a word is let go of, others stay', async () => {
    await using test = await startTestServer({ timeouts: { pingMs, silenceMs } });
    using alive = await openSocket(test.server.url);
    let pings = 0;
    alive.socket.on('ping', () => {
      pings += 1;
    });
    using gone = await openRaw(test.server.port);
    const begun = performance.now();
    gone.socket.write(handshake());
    const received = await gone.closed;
    expect(performance.now() - begun).toBeGreaterThan(silenceMs - 5);
    expect(performance.now() - begun).toBeLessThan(silenceMs * 10);
    // It was asked twice, and then nobody waited for its goodbye.
    expect(received.split('\u0089\0').length - 1).toBe(silenceMs / pingMs - 1);
    await waitFor(() => pings > 10);
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('that reads nothing any more is let go of as well', async () => {
    await using test = await startTestServer({ timeouts: { pingMs, silenceMs } });
    using stalled = await openSocket(test.server.url);
    await stalled.first('snapshot');
    stalled.socket.pause();
    // Resumed after the end, as a client that is paused does not see it.
    setTimeout(() => stalled.socket.resume(), silenceMs * 3);
    expect(await stalled.closed).toMatchObject({ code: 1006 });
  });

  it('stays by asking itself, even if it never answers', async () => {
    await using test = await startTestServer({ timeouts: { pingMs, silenceMs } });
    using client = await openSocket(test.server.url, { autoPong: false });
    const timer = setInterval(() => client.socket.ping(), pingMs);
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    await waitFor(() => pings > 10);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    clearInterval(timer);
    expect(await client.closed).toMatchObject({ code: 1006 });
  });
});
