import { sampleAnswers } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ApiError,
  ConnectionError,
  InvalidRequestError,
  LlamactlClient,
} from '../../src/index.js';
import { rejectionAs, rejectionOf } from '../fixtures/rejection-of.js';
import { answering, startServer } from '../fixtures/start-server.js';

const limited = (seconds: number, code = 'RATE_LIMITED') =>
  answering(429, { error: 'too many', code, details: '' }, { 'retry-after': `${seconds}` });

/** Refuses the first requests, then takes them. */
async function startBusyServer(refusals: number, seconds = 0) {
  let count = 0;
  return await startServer((request, response) => {
    count += 1;
    if (count <= refusals) return limited(seconds)(request, response);
    const isStart = request.method === 'POST';
    const answer = isStart ? sampleAnswers.startInstance : sampleAnswers.listInstances;
    answering(200, answer)(request, response);
  });
}

describe('a request that the server refuses for now', () => {
  it('is sent again when the time has come, whatever it asks for', async () => {
    await using server = await startBusyServer(1, 1);
    const client = new LlamactlClient({ baseUrl: server.url });
    const startedMs = performance.now();
    expect(await client.startInstance('x')).toEqual({ status: 'starting' });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1_000);
    expect(server.requests()).toBe(2);
  });

  it('is sent twice again, unless told otherwise, by the client or by the call', async () => {
    const requests = async (ofClient?: number, ofCall?: number) => {
      await using server = await startBusyServer(10);
      const client = new LlamactlClient({ baseUrl: server.url, retries: ofClient });
      await rejectionAs(client.listInstances({ retries: ofCall }), ApiError.is);
      return server.requests();
    };
    expect(await requests()).toBe(3);
    expect(await requests(0)).toBe(1);
    expect(await requests(1)).toBe(2);
    expect(await requests(0, 4)).toBe(5);
  });

  it('is an error at once when the time would come after the deadline', async () => {
    await using server = await startBusyServer(1, 20);
    const client = new LlamactlClient({ baseUrl: server.url, timeoutMs: 15_000 });
    const error = await rejectionAs(client.listInstances(), ApiError.is);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 20_000 });
    expect(server.requests()).toBe(1);
  });

  it("is given up when the caller's signal aborts the pause", async () => {
    const controller = new AbortController();
    await using server = await startServer((request, response) => {
      response.on('finish', () => controller.abort());
      limited(20)(request, response);
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    const call = client.listInstances({ signal: controller.signal });
    expect(await rejectionOf(call)).toSatisfy(AbortedError.is);
    expect(server.requests()).toBe(1);
  });
});

describe('a connection that breaks', () => {
  const breaking = () => {
    let count = 0;
    return startServer((request, response) => {
      count += 1;
      if (count === 1) return void request.socket.resetAndDestroy();
      answering(200, sampleAnswers.listInstances)(request, response);
    });
  };

  it('is made again to read, but not to change anything', async () => {
    await using forReading = await breaking();
    const client = new LlamactlClient({ baseUrl: forReading.url });
    expect(await client.listInstances()).toHaveLength(1);
    expect(forReading.requests()).toBe(2);

    await using forChange = await breaking();
    const other = new LlamactlClient({ baseUrl: forChange.url });
    expect(await rejectionOf(other.deleteInstance('x'))).toSatisfy(ConnectionError.is);
    expect(forChange.requests()).toBe(1);
  });
});

describe('a probe', () => {
  it('is sent once: the refusal is what was asked for', async () => {
    await using server = await startBusyServer(1);
    const client = new LlamactlClient({ baseUrl: server.url });
    await rejectionAs(client.getReady({ retries: 5 }), ApiError.is);
    expect(server.requests()).toBe(1);
  });
});

describe('retries', () => {
  it.each([-1, Number.NaN])('of %d are refused', async (retries) => {
    const client = new LlamactlClient({ baseUrl: 'http://127.0.0.1:1', retries });
    expect(await rejectionOf(client.getHealth())).toSatisfy(InvalidRequestError.is);
  });
});
