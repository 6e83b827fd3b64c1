import type { IncomingMessage } from 'node:http';
import { sampleAnswers } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { ApiError, ConnectionError, LlamactlClient, type Retry } from '../../src/index.js';
import { sessionThatIsDue } from '../fixtures/auth-server.js';
import { takeMessages } from '../fixtures/follow-events.js';
import { epoch } from '../fixtures/messages.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { startSocketServer } from '../fixtures/socket-server.js';
import { answering } from '../fixtures/start-server.js';
import { cutAfter, sending } from '../fixtures/turns.js';

const { snapshot, status } = epoch('a');
const session = { token: 't0', expires_at: '2099-01-01T00:00:00Z' };
const unauthorized = { error: 'no', code: 'UNAUTHORIZED', details: '' };
const expired = { error: 'no', code: 'TOKEN_EXPIRED', details: '' };

/** A turn that sends frames, then closes as the server does when the credential is not good any more. */
const closedAfter =
  (...frames: readonly string[]) =>
  (socket: { send: (text: string) => void; close: (code: number) => void }) => {
    for (const text of frames) socket.send(text);
    socket.close(4401);
  };

const tokensOf = ({ handshakes }: { readonly handshakes: readonly IncomingMessage[] }) =>
  handshakes.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));

/** Answers a refresh with the token t1. */
const refreshing = answering(200, { ...sampleAnswers.refreshToken, token: 't1' });

describe('each connection of events', () => {
  it('has the newest token', async () => {
    await using server = await startSocketServer([
      cutAfter(snapshot(1)),
      sending(status(2, 'running')),
    ]);
    const script = ['t1', 't2'];
    const client = new LlamactlClient({ baseUrl: server.url, token: () => script.shift() ?? '' });
    await takeMessages(client.events(), 2);
    expect(tokensOf(server)).toEqual(['t1', 't2']);
  });

  it('has a token that was traded first when it was time, and never in its address', async () => {
    const turns = [sending(snapshot(1))] as const;
    await using server = await startSocketServer(turns, { onRequest: refreshing });
    const client = new LlamactlClient({ baseUrl: server.url, session: sessionThatIsDue() });
    await takeMessages(client.events(), 1);
    expect(tokensOf(server)).toEqual(['t1']);
    expect(server.handshakes[0]?.url).toBe('/api/ws');
  });

  it('has the API key', async () => {
    await using server = await startSocketServer([sending(snapshot(1))]);
    const client = new LlamactlClient({ baseUrl: server.url, apiKey: 'k' });
    await takeMessages(client.events(), 1);
    expect(tokensOf(server)).toEqual(['k']);
  });
});

describe('a connection that the server closes because its credential is not good any more', () => {
  it('W6: is made again behind the last message with another one', async () => {
    await using server = await startSocketServer([
      closedAfter(snapshot(1)),
      sending(status(2, 'running')),
    ]);
    let token = 't1';
    const client = new LlamactlClient({ baseUrl: server.url, token: () => token });
    const retries: Retry[] = [];
    const events = client.events({ onRetry: (retry) => retries.push(retry) });
    await events.next();
    token = 't2';
    await events.next();
    await events.return();
    expect(tokensOf(server)).toEqual(['t1', 't2']);
    expect(server.queries()).toEqual([{}, { since: 'a:1' }]);
    expect(retries).toMatchObject([{ error: { details: expect.stringContaining('newest') } }]);
  });

  it.each([
    ['after messages', closedAfter(snapshot(1))],
    ['before the first one', closedAfter()],
  ])('S8: ends with a 401 when there is no other one, %s', async (_, turn) => {
    await using server = await startSocketServer([turn], {
      onRequest: answering(401, unauthorized),
    });
    const told: unknown[] = [];
    const onToken = (now: unknown) => told.push(now);
    const client = new LlamactlClient({ baseUrl: server.url, session, onToken });
    const error = await rejectionAs(takeMessages(client.events(), 2), ApiError.is);
    expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    expect(error.message).toContain('(4401)');
    expect(server.handshakes).toHaveLength(1);
    expect(told).toEqual([null]);
  });
});

describe('a connection that the server refuses with 401', () => {
  it('is opened once more with a token that was traded for the expired one', async () => {
    await using server = await startSocketServer(
      [{ status: 401, body: expired }, sending(snapshot(1))],
      { onRequest: refreshing },
    );
    const client = new LlamactlClient({ baseUrl: server.url, session });
    await takeMessages(client.events({ maxRetries: 0 }), 1);
    expect(tokensOf(server)).toEqual(['t0', 't1']);
  });

  it('is not opened a third time', async () => {
    await using server = await startSocketServer([{ status: 401, body: expired }], {
      onRequest: refreshing,
    });
    const client = new LlamactlClient({ baseUrl: server.url, session });
    await rejectionAs(takeMessages(client.events(), 1), ApiError.is);
    expect(tokensOf(server)).toEqual(['t0', 't1']);

    let tokens = 0;
    const token = () => `n${tokens++}`;
    const other = new LlamactlClient({ baseUrl: server.url, token });
    await rejectionAs(takeMessages(other.events(), 1), ApiError.is);
    expect(tokensOf(server).slice(2)).toEqual(['n0', 'n1']);
  });
});

describe('waitForStatus', () => {
  it('rejects with the 401 that its looks get', async () => {
    await using server = await startSocketServer([{ status: 401, body: unauthorized }], {
      onRequest: answering(401, unauthorized),
    });
    const client = new LlamactlClient({ baseUrl: server.url, apiKey: 'k' });
    const error = await rejectionAs(client.waitForStatus('x', 'running'), ApiError.is);
    expect(error.status).toBe(401);
    expect(error).not.toSatisfy(ConnectionError.is);
  });
});
