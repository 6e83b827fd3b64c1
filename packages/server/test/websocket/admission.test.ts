import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createAdmission } from '../../src/websocket/admission.js';
import { startTestServer } from '../support/test-server.js';

describe('createAdmission', () => {
  it('lets 200 in at once, then 200 a second, and never saves up more', () => {
    let now = 0;
    const admit = createAdmission(() => now);
    const countAdmitted = () => Array.from({ length: 1_000 }, admit).filter(Boolean).length;
    expect(countAdmitted()).toBe(200);
    now += 100;
    expect(countAdmitted()).toBe(20);
    now += 1_000;
    expect(countAdmitted()).toBe(200);
    now += 3_600_000;
    expect(countAdmitted()).toBe(200);
  });
});

describe('a crowd', () => {
  it('W3: of 1 000 at once is answered whole: hello, or 503 and when to come back', async () => {
    await using test = await startTestServer();
    const url = `${test.server.url.replace('http', 'ws')}/api/ws`;
    const begun = performance.now();
    const attempts = Array.from({ length: 1_000 }, () => attempt(url));
    const outcomes = await Promise.all(attempts);
    const seconds = (performance.now() - begun) / 1_000;
    const refused = outcomes.filter((outcome) => outcome === 503).length;
    const accepted = outcomes.filter((outcome) => outcome === 'hello').length;
    expect(accepted + refused).toBe(1_000);
    expect(accepted).toBeGreaterThanOrEqual(200);
    expect(accepted).toBeLessThanOrEqual(200 + 200 * seconds);
    expect((await fetch(`${test.server.url}/ready`)).status).toBe(200);
  });
});

/** Resolves with `hello` or the status of the refusal. */
async function attempt(url: string): Promise<string | number> {
  const socket = new WebSocket(url);
  socket.on('error', () => {});
  const outcome = await new Promise<string | number>((resolve, reject) => {
    socket.once('message', (data) => resolve(JSON.parse(String(data)).type));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      response.resume();
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
      resolve(response.statusCode ?? 0);
    });
    setTimeout(() => reject(new Error('no answer')), 30_000).unref();
  });
  if (socket.readyState === WebSocket.OPEN) {
    socket.terminate();
    await once(socket, 'close');
  }
  return outcome;
}
