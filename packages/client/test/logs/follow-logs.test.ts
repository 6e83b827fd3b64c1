import { describe, expect, it } from 'vitest';
import {
  ApiError,
  ConnectionError,
  InvalidRequestError,
  LlamactlClient,
  type LogEntry,
  ProtocolError,
  type Retry,
} from '../../src/index.js';
import {
  entry,
  follow,
  lineOf,
  ndjson,
  notFound,
  sending,
  seqsOf,
  startLogServer,
  type Turn,
} from '../fixtures/log-server.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { answering } from '../fixtures/start-server.js';

describe('followLogs', () => {
  it('gives lines as they come, and hangs up when the loop is left', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    let send = () => {};
    await using server = await startLogServer((response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      response.writeHead(200, ndjson).write(lineOf(entry(1)));
      send = () => void response.write(lineOf(entry(2)));
    });
    const client = new LlamactlClient({ baseUrl: server.url, token: 'abc' });
    const seen: LogEntry[] = [];
    for await (const line of client.followLogs('x', { lines: 5, level: 'info' })) {
      seen.push(line);
      if (seen.length === 2) break;
      send();
    }
    expect(seen).toEqual([entry(1), entry(2)]);
    await closed;
    expect(server.paths).toEqual(['/api/instances/x/logs?follow=true&lines=5&level=info']);
    expect(server.headers[0]).toMatchObject({
      accept: 'application/x-ndjson',
      authorization: 'Bearer abc',
    });
  });

  it('puts lines together out of any pieces, in the middle of letters too', async () => {
    await using server = await startLogServer((response) => {
      response.writeHead(200, ndjson);
      const bytes = Buffer.from(`\n${lineOf(entry(1))}\r\n\n${lineOf(entry(2))}`);
      let next = 0;
      const sendOne = () => {
        if (next === bytes.length) return;
        next += 1;
        response.write(bytes.subarray(next - 1, next), () => setImmediate(sendOne));
      };
      sendOne();
    });
    const seen: LogEntry[] = [];
    for await (const line of follow(server)) {
      seen.push(line);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([entry(1), entry(2)]);
  });

  it('W7: ends when the instance is deleted, without an error', async () => {
    await using server = await startLogServer(sending([entry(1), entry(2)], 'end'), notFound);
    const retries: Retry[] = [];
    const onRetry = (retry: Retry) => retries.push(retry);
    expect(await seqsOf(follow(server, { onRetry }))).toEqual([1, 2]);
    expect(retries).toEqual([]);
  });

  it('is refused for an instance that there is not', async () => {
    await using server = await startLogServer(notFound);
    const error = await rejectionAs(seqsOf(follow(server)), ApiError.is);
    expect(error.code).toBe('INSTANCE_NOT_FOUND');
    expect(server.paths).toHaveLength(1);
  });

  it('is refused with what the server says of too many follows', async () => {
    const body = { error: 'too many', code: 'TOO_MANY_FOLLOWS', details: '' };
    const tooMany = answering(429, body, { 'retry-after': '0' });
    await using server = await startLogServer((response, request) => tooMany(request, response));
    const error = await rejectionAs(seqsOf(follow(server)), ApiError.is);
    expect(error.code).toBe('TOO_MANY_FOLLOWS');
  });

  it('is refused where there is no server, and for what is no name', async () => {
    const client = new LlamactlClient({ baseUrl: 'http://127.0.0.1:1' });
    await rejectionAs(seqsOf(client.followLogs('x')), ConnectionError.is);
    await rejectionAs(seqsOf(client.followLogs('../x')), InvalidRequestError.is);
  });
});

describe('an answer that is no log', () => {
  it.each<[string, Turn]>([
    ['of another type', (response) => response.writeHead(200).end('{"logs":[]}')],
    ['with rubbish in a line', (response) => response.writeHead(200, ndjson).write('rubbish\n')],
    ['with another shape', (response) => response.writeHead(200, ndjson).write('{"seq":1}\n')],
  ])('%s ends it with a ProtocolError', async (_, turn) => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startLogServer((response, request) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      turn(response, request);
    });
    await rejectionAs(seqsOf(follow(server)), ProtocolError.is);
    await closed;
    expect(server.paths).toHaveLength(1);
  });
});

describe('the signal', () => {
  it('ends it without an error, and hangs up', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startLogServer((response, request) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      sending([entry(1)])(response, request);
    });
    const controller = new AbortController();
    const seqs: number[] = [];
    for await (const { seq } of follow(server, { signal: controller.signal })) {
      seqs.push(seq);
      setTimeout(() => controller.abort(), 10);
    }
    expect(seqs).toEqual([1]);
    await closed;
  });

  it('ends it while the answer is awaited, and before it begins', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    await using server = await startLogServer(() => controller.abort());
    expect(await seqsOf(follow(server, { signal }))).toEqual([]);
    expect(await seqsOf(follow(server, { signal }))).toEqual([]);
    expect(server.paths).toHaveLength(1);
  });
});
