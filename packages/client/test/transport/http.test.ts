import { sampleAnswers } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ApiError,
  ConnectionError,
  InvalidRequestError,
  LlamactlClient,
  TimeoutError,
} from '../../src/index.js';
import { rejectionAs, rejectionOf } from '../fixtures/rejection-of.js';
import { answering, startServer } from '../fixtures/start-server.js';

const json = { 'content-type': 'application/json' };

describe('a deadline', () => {
  it('ends a request that is not answered', async () => {
    await using server = await startServer(() => {});
    const client = new LlamactlClient({ baseUrl: server.url, timeoutMs: 100 });
    const error = await rejectionAs(client.getHealth(), TimeoutError.is);
    expect(error.message).toContain(`${server.url}/health was not answered in full within 100 ms`);
    expect(error).toMatchObject({ timeoutMs: 100, lastStatus: null });
  });

  it('ends a request whose answer stalls after the headers, or half way', async () => {
    await using server = await startServer((request, response) => {
      response.writeHead(200, json);
      response.flushHeaders();
      if (request.url === '/ready') response.write('{"status":');
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    for (const call of [
      client.getHealth({ timeoutMs: 100 }),
      client.getReady({ timeoutMs: 100 }),
    ]) {
      expect(await rejectionOf(call)).toSatisfy(TimeoutError.is);
    }
  });

  it('ends a request whose token never comes, and one whose fetch heeds no signal', async () => {
    const never = new Promise<never>(() => {});
    const baseUrl = 'http://127.0.0.1:1';
    const waiting = new LlamactlClient({ baseUrl, timeoutMs: 50, token: () => never });
    expect(await rejectionOf(waiting.getHealth())).toSatisfy(TimeoutError.is);
    const deaf = new LlamactlClient({ baseUrl, timeoutMs: 50, fetch: () => never });
    expect(await rejectionOf(deaf.getHealth())).toSatisfy(TimeoutError.is);
  });

  it.each([0, -1, Number.NaN])('of %d is refused', async (timeoutMs) => {
    const client = new LlamactlClient({ baseUrl: 'http://127.0.0.1:1', timeoutMs });
    expect(await rejectionOf(client.getHealth())).toSatisfy(InvalidRequestError.is);
  });

  it('may be infinite', async () => {
    await using server = await startServer(answering(200, { status: 'ok' }));
    const client = new LlamactlClient({ baseUrl: server.url, timeoutMs: Number.POSITIVE_INFINITY });
    expect(await client.getHealth()).toEqual({ status: 'ok' });
  });
});

describe("the caller's signal", () => {
  it('ends a request half way, with its reason as the cause', async () => {
    const controller = new AbortController();
    await using server = await startServer((_request, response) => {
      response.writeHead(200, json);
      response.write('{"status":');
      controller.abort(new Error('enough'));
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    const call = client.getHealth({ signal: controller.signal });
    const error = await rejectionAs(call, AbortedError.is);
    expect(error.cause).toEqual(new Error('enough'));
  });

  it('that has aborted already sends nothing', async () => {
    await using server = await startServer(answering(200, { status: 'ok' }));
    const client = new LlamactlClient({ baseUrl: server.url });
    const call = client.getHealth({ signal: AbortSignal.abort() });
    expect(await rejectionOf(call)).toSatisfy(AbortedError.is);
    expect(server.requests()).toBe(0);
  });
});

describe('a broken connection', () => {
  it('is told apart from a server that was never reached', async () => {
    await using server = await startServer((request, response) => {
      if (request.url === '/health') return void request.socket.resetAndDestroy();
      response.writeHead(200, { ...json, 'content-length': '100' });
      response.write('{"status":', () => request.socket.destroy());
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    for (const call of [client.getHealth(), client.getReady()]) {
      const error = await rejectionAs(call, ConnectionError.is);
      expect(error.message).toContain('Lost the connection to');
      expect(error.url).toContain(server.url);
    }
  });
});

describe('an error status', () => {
  it.each([409, 429, 500, 503])('%d is asked for once', async (status) => {
    const body = { error: 'no', code: 'INTERNAL_ERROR', details: '' };
    await using server = await startServer(answering(status, body));
    const client = new LlamactlClient({ baseUrl: server.url });
    expect(await rejectionOf(client.listInstances())).toSatisfy(ApiError.is);
    expect(server.requests()).toBe(1);
  });
});

describe('a redirect', () => {
  it('is followed for reading, and an error that names the target for writing', async () => {
    await using target = await startServer(answering(200, sampleAnswers.listInstances));
    await using server = await startServer((request, response) => {
      response.writeHead(302, { location: target.url + request.url }).end();
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    expect(await client.listInstances()).toHaveLength(1);
    const call = client.createInstance({ name: 'x', model_path: '/m.gguf' });
    const error = await rejectionAs(call, ApiError.is);
    expect(error).toMatchObject({ status: 302, code: null });
    expect(error.message).toContain(`redirects to ${target.url}/api/instances`);
    expect(target.requests()).toBe(1);
  });
});

describe('headers', () => {
  async function authorizationWith(options: object): Promise<unknown> {
    let seen: unknown;
    await using server = await startServer((request, response) => {
      seen = request.headers.authorization;
      answering(200, { status: 'ok' })(request, response);
    });
    await new LlamactlClient({ ...options, baseUrl: server.url }).getHealth();
    return seen;
  }

  it('have a bearer token only when one is given', async () => {
    expect(await authorizationWith({})).toBeUndefined();
    expect(await authorizationWith({ token: '' })).toBeUndefined();
    expect(await authorizationWith({ token: () => null })).toBeUndefined();
    expect(await authorizationWith({ token: 'abc' })).toBe('Bearer abc');
    expect(await authorizationWith({ token: async () => 'def' })).toBe('Bearer def');
    expect(await authorizationWith({ headers: { Authorization: 'Basic x' } })).toBe('Basic x');
  });

  it('that HTTP does not allow are refused without showing them', async () => {
    const client = new LlamactlClient({ baseUrl: 'http://127.0.0.1:1', token: 'abc\ndef' });
    const error = await rejectionAs(client.getHealth(), InvalidRequestError.is);
    expect(error.message + error.details).not.toMatch(/abc|def/);
  });
});

describe('a body that JSON cannot say', () => {
  it('is refused', async () => {
    const client = new LlamactlClient({ baseUrl: 'http://127.0.0.1:1' });
    const call = client.updateInstance('x', { port: 1n as unknown as number });
    expect(await rejectionOf(call)).toSatisfy(InvalidRequestError.is);
  });
});
