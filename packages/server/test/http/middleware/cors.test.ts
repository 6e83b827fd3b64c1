import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AskParts, ask } from '../../support/ask.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

const ours = 'https://ui.example.org';
let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({
    config: { rate_limit: { regular: 1_000 }, server: { allowed_origins: [`${ours}/`] } },
  });
});
afterAll(() => test[Symbol.asyncDispose]());

const from = (origin: string | undefined, path: string, { headers, ...parts }: AskParts = {}) =>
  ask(test.server.url, path, {
    ...parts,
    headers: { ...headers, ...(origin !== undefined && { origin }) },
  });

const preflight = (origin: string, more: Record<string, string> = {}, path = '/api/instances') =>
  from(origin, path, {
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'PUT', ...more },
  });

const listOf = (text: string | undefined) => (text ?? '').toLowerCase().split(', ');

describe('S13: a page of an allowed origin', () => {
  it.each<[string, number, AskParts]>([
    ['/api/instances', 200, {}],
    ['/health', 200, {}],
    ['/api/nothing', 404, {}],
    ['/api/instances/nobody', 404, {}],
    ['/api/instances/a%2fb', 400, {}],
    ['/api/instances', 405, { method: 'PATCH' }],
    ['/api/instances', 415, { method: 'POST', body: '{}' }],
    ['/api/instances', 403, { headers: { host: 'evil.example' } }],
  ])('may read what %s answers with %i', async (path, status, parts) => {
    const answer = await from(ours, path, parts);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ours,
      vary: expect.stringContaining('Origin'),
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    const exposed = listOf(answer.headers['access-control-expose-headers'] as string);
    expect(exposed).toEqual([
      'x-request-id',
      'request-id',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
      'retry-after',
      'x-log-epoch',
    ]);
  });

  it('may ask what it may do, without credentials, and is not counted', async () => {
    const before = await from(ours, '/api/instances');
    for (const path of ['/api/instances', '/api/instances/a/start', '/api/nothing', '/health']) {
      const answer = await preflight(ours, {}, path);
      expect(answer).toMatchObject({ status: 204, text: '' });
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': ours,
        'access-control-max-age': expect.stringMatching(/^\d+$/),
        vary: 'Origin',
      });
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      expect(answer.headers).not.toHaveProperty('x-ratelimit-limit');
      const methods = listOf(answer.headers['access-control-allow-methods']);
      expect(methods).toEqual(['get', 'head', 'post', 'put', 'delete']);
    }
    const after = await from(ours, '/api/instances');
    const left = [before, after].map(({ headers }) => Number(headers['x-ratelimit-remaining']));
    expect(Number(left[0]) - Number(left[1])).toBe(1);
  });

  it('may send the headers of the API, and those that its libraries add', async () => {
    const asked = 'authorization,content-type,x-stainless-os, x-stainless-os,"odd",a b';
    const { headers } = await preflight(ours, { 'access-control-request-headers': asked });
    expect(listOf(headers['access-control-allow-headers'])).toEqual([
      'authorization',
      'content-type',
      'x-api-key',
      'x-request-id',
      'last-event-id',
      'x-stainless-os',
    ]);
  });

  it('may change things', async () => {
    expect(await from(ours, '/api/instances/nobody/stop', { method: 'POST' })).toMatchObject({
      code: 'INSTANCE_NOT_FOUND',
    });
  });
});

describe('S13: a page of any other origin', () => {
  it.each([
    'null',
    'https://evil.example',
    'http://ui.example.org',
    'https://ui.example.org:8443',
    'https://ui.example.org.evil.example',
    'https://sub.ui.example.org',
    '*',
  ])('(%s) may read nothing, and is told nothing', async (origin) => {
    for (const answer of [await from(origin, '/api/instances'), await preflight(origin)]) {
      const names = Object.keys(answer.headers);
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers.vary).toContain('Origin');
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });

  it.each([
    ['cross-site', 'no-cors', 'image'],
    ['cross-site', 'navigate', 'iframe'],
    ['same-site', 'no-cors', 'script'],
    ['same-site', 'cors', 'empty'],
  ])('is not even served when the browser tells (%s %s %s)', async (site, mode, dest) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
    for (const origin of [undefined, 'https://evil.example']) {
      const answer = await from(origin, '/api/instances', { headers });
      expect(answer).toMatchObject({ status: 403, code: 'ORIGIN_FORBIDDEN' });
    }
    expect((await from(ours, '/api/instances', { headers })).status).toBe(200);
  });

  it.each([
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ])('does not keep people from typing an address or following a link (%j)', async (headers) => {
    expect((await from(undefined, '/api/instances', { headers })).status).toBe(200);
  });
});
