import { sampleAnswers } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { ApiError, LlamactlClient } from '../../src/index.js';
import { rateLimitOf } from '../../src/rate-limit/rate-limit.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { answering, startServer } from '../fixtures/start-server.js';

const resetAt = new Date('2024-01-15T14:31:00Z');
const headersOf = (limit: string, remaining: string, reset: string) => ({
  'x-ratelimit-limit': limit,
  'x-ratelimit-remaining': remaining,
  'x-ratelimit-reset': reset,
});
const reset = String(resetAt.getTime() / 1000);

describe('rateLimitOf', () => {
  it('reads the three headers', () => {
    const headers = new Headers(headersOf('100', '42', reset));
    expect(rateLimitOf(headers)).toEqual({ limit: 100, remaining: 42, resetAt });
  });

  it.each([
    {},
    { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '42' },
    headersOf('many', '42', reset),
    headersOf('100', '-1', reset),
    headersOf('100', '42', '99999999999999999999'),
  ])('is null for %j', (headers) => {
    expect(rateLimitOf(new Headers(headers as Record<string, string>))).toBeNull();
  });
});

describe('the rate limits of a client', () => {
  it('are what the last answers said, each of its own kind, and in an error too', async () => {
    await using server = await startServer((request, response) => {
      if (request.url === '/health') return answering(200, { status: 'ok' })(request, response);
      if (request.method === 'GET') {
        const headers = headersOf('100', '42', reset);
        return answering(200, sampleAnswers.listInstances, headers)(request, response);
      }
      const body = { error: 'too many', code: 'RATE_LIMITED', details: '' };
      const headers = { ...headersOf('10', '0', reset), 'retry-after': '61' };
      return answering(429, body, headers)(request, response);
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    expect(client.rateLimit).toEqual({ regular: null, intensive: null });
    await client.getHealth();
    expect(client.rateLimit).toEqual({ regular: null, intensive: null });
    await client.listInstances();
    expect(client.rateLimit).toEqual({
      regular: { limit: 100, remaining: 42, resetAt },
      intensive: null,
    });
    const error = await rejectionAs(client.startInstance('x'), ApiError.is);
    const intensive = { limit: 10, remaining: 0, resetAt };
    expect(error).toMatchObject({ rateLimit: intensive, retryAfterMs: 61_000 });
    expect(client.rateLimit).toMatchObject({ regular: { remaining: 42 }, intensive });
  });

  it('are told by a followed log too', async () => {
    await using server = await startServer((_request, response) => {
      const type = { 'content-type': 'application/x-ndjson' };
      response.writeHead(200, { ...headersOf('100', '7', reset), ...type });
      response.end(`${JSON.stringify(sampleAnswers.getInstanceLogs.logs[0])}\n`);
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    for await (const _ of client.followLogs('x')) break;
    expect(client.rateLimit.regular?.remaining).toBe(7);
  });
});
