import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConnection } from '../../src/connection.js';
import { keepFresh } from '../../src/credentials/keep-fresh.js';
import { LlamactlClient } from '../../src/index.js';
import { sessionThatIsDue, startAuthServer } from '../fixtures/auth-server.js';
import { ndjson } from '../fixtures/log-server.js';
import { startServer } from '../fixtures/start-server.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

describe('keepFresh', () => {
  it('W6: trades a token when it is time, though nothing is asked for, until it is let go', async () => {
    await using server = await startAuthServer();
    const { arrived, release } = server.hold('/api/auth/refresh');
    release();
    const session = sessionThatIsDue();
    const { credentials } = createConnection({ baseUrl: server.url, session });
    const letGo = keepFresh(credentials);
    expect(server.seen).toEqual([]);
    vi.advanceTimersByTime(10_000);
    await arrived;
    expect(server.seen).toEqual(['POST /api/auth/refresh t0']);
    letGo();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a followed log', () => {
  it('keeps the token fresh for as long as it is open', async () => {
    await using server = await startServer((_request, response) => {
      response.writeHead(200, ndjson);
      const entry = { seq: 1, timestamp: '2024-01-15T14:30:00Z', level: 'info', message: 'x' };
      response.write(`${JSON.stringify(entry)}\n`);
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    const entries = client.followLogs('x');
    await entries.next();
    expect(vi.getTimerCount()).toBe(1);
    await entries.return();
    expect(vi.getTimerCount()).toBe(0);
  });
});
