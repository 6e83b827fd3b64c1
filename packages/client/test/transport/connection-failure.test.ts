import { describe, expect, it } from 'vitest';
import { ConnectionError, LlamactlClient } from '../../src/index.js';
import { connectionFailure } from '../../src/transport/connection-failure.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { startServer } from '../fixtures/start-server.js';

const keep = (text: string) => text;

describe('connectionFailure', () => {
  it('of a refused connection says how to start the server', async () => {
    const server = await startServer(() => {});
    await server[Symbol.asyncDispose]();
    const client = new LlamactlClient({ baseUrl: server.url });
    const error = await rejectionAs(client.getHealth(), ConnectionError.is);
    expect(error.message).toBe(`Cannot reach ${server.url}/health: connection refused.`);
    expect(error.details).toContain('npx @llamactl/server');
    expect(error.systemCode).toBe('ECONNREFUSED');
  });

  it.each([
    ['ENOTFOUND', 'unknown host'],
    ['ETIMEDOUT', 'was not answered'],
    ['ECONNRESET', 'Lost the connection'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)'],
  ])('of %s says what happened', (code, message) => {
    const root = Object.assign(new Error('self-signed certificate'), { code });
    const thrown = new TypeError('fetch failed', { cause: root });
    const error = connectionFailure(thrown, 'http://h/health', keep);
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ systemCode: code, url: 'http://h/health', cause: root });
  });

  it('of a browser, which gives no code, names both likely reasons', () => {
    const error = connectionFailure(new TypeError('Failed to fetch'), 'http://h/health', keep);
    expect(error.message).toBe('Cannot reach http://h/health: Failed to fetch.');
    expect(error.details).toMatch(/npx @llamactl\/server.*allowed_origins/);
    expect(error.systemCode).toBeNull();
  });

  it('takes secrets out and keeps no error that holds the request', () => {
    const redact = (text: string) => text.replaceAll('s3cret', '[redacted]');
    const error = connectionFailure(new TypeError('bad s3cret'), 'http://h', redact);
    expect(error.message).not.toContain('s3cret');
    expect(error.cause).toBeUndefined();
  });
});
