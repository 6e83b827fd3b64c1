import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createConnection } from '../../src/connection.js';
import { ApiError } from '../../src/errors/api-error.js';
import { ConnectionError } from '../../src/errors/connection-error.js';
import { afterRefusal } from '../../src/events/socket-credential.js';
import { readSocket } from '../../src/socket/read-socket.js';
import { openSocket } from '../../src/socket/websocket-browser.js';
import { rejectionOf } from '../fixtures/rejection-of.js';
import { startSocketServer } from '../fixtures/socket-server.js';
import { answering } from '../fixtures/start-server.js';

const { signal } = new AbortController();
const limits = { openTimeoutMs: 10_000, silenceMs: 10_000, maxWaiting: 100 };
const unauthorized = { error: 'no', code: 'UNAUTHORIZED', details: '' };

beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket));
afterEach(() => void vi.unstubAllGlobals());

/** How a socket of a browser ends that a server refuses, while it answers requests with a status. */
async function refusedInBrowser(status: number, token: string | null): Promise<unknown> {
  await using server = await startSocketServer([{ status: 401 }], {
    onRequest: answering(status, unauthorized),
  });
  const connection = createConnection({ baseUrl: server.url, apiKey: token ?? undefined });
  const url = `${server.url.replace('http', 'ws')}/api/ws`;
  const request = { url, headers: new Headers(), token };
  const hidden = await rejectionOf(readSocket(openSocket, request, limits, signal).next());
  const opening = { token, isLast: false, timeoutMs: 10_000, signal };
  return await rejectionOf(afterRefusal(hidden, connection, opening));
}

describe('a browser, which is not told why a socket was refused', () => {
  it('asks who it is, and finds that its credential is not taken', async () => {
    const error = await refusedInBrowser(401, 'k');
    expect(error).toSatisfy(ApiError.is);
    expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
  });

  it.each([200, 503])('keeps to what it knows when the answer is %d', async (status) => {
    expect(await refusedInBrowser(status, 'k')).toSatisfy(ConnectionError.is);
  });

  it('does not ask when it has no credential', async () => {
    expect(await refusedInBrowser(401, null)).toSatisfy(ConnectionError.is);
  });
});
