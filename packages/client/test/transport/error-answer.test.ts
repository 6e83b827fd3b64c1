import { describe, expect, it } from 'vitest';
import { ApiError, LlamactlClient } from '../../src/index.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { answering, startServer } from '../fixtures/start-server.js';

const envelope = {
  error: 'There is no option "thread" in llama-cpp.',
  code: 'UNKNOWN_OPTION',
  details: 'Use one of the suggestions.',
  issues: [{ path: 'options.thread', message: 'unknown' }],
  suggestions: ['threads'],
};

describe('an error answer', () => {
  it('of Llamactl becomes an ApiError with all its parts', async () => {
    const headers = { 'x-request-id': 'r1', 'retry-after': '7' };
    await using server = await startServer(answering(400, envelope, headers));
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.listInstances(), ApiError.is);
    expect(error.message).toBe(envelope.error);
    expect(error).toMatchObject({
      status: 400,
      code: 'UNKNOWN_OPTION',
      details: envelope.details,
      issues: envelope.issues,
      suggestions: envelope.suggestions,
      requestId: 'r1',
      retryAfterMs: 7_000,
    });
    expect(ApiError.is(error, 'UNKNOWN_OPTION')).toBe(true);
    expect(ApiError.is(error, 'INVALID_OPTION')).toBe(false);
  });

  it('of a proxy becomes an ApiError without a code', async () => {
    await using server = await startServer((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html>\n<h1>502 Bad Gateway</h1>\n</html>');
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.listInstances(), ApiError.is);
    expect(error).toMatchObject({ status: 502, code: null, requestId: null });
    expect(error.retryAfterMs).toBeNull();
    expect(error.message).toContain('answered 502');
    expect(error.message).toContain('502 Bad Gateway');
    expect(error.message).not.toContain('\n');
  });

  it.each(['', 'null', '{"error":{"message":"OpenAI shape"}}', '[]'])(
    'with the body %j has no code',
    async (body) => {
      await using server = await startServer((_request, response) => {
        response.writeHead(500).end(body);
      });
      const client = new LlamactlClient({ baseUrl: server.url });
      const error = await rejectionAs(client.listInstances(), ApiError.is);
      expect(error).toMatchObject({ status: 500, code: null });
    },
  );

  it('that repeats the token does not show it', async () => {
    await using server = await startServer((request, response) => {
      const said = `unknown: ${request.headers.authorization}`;
      const issues = [{ path: 'token', message: said }];
      const body = { ...envelope, error: said, details: said, issues, suggestions: [said] };
      answering(401, body)(request, response);
    });
    const client = new LlamactlClient({ baseUrl: server.url, token: 's3cret-token' });
    const error = await rejectionAs(client.listInstances(), ApiError.is);
    expect(JSON.stringify([error.message, error])).not.toContain('s3cret-token');
    expect(error.message).toBe('unknown: [redacted]');
  });
});
