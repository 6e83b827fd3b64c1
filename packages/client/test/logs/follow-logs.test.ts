import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  ApiError,
  ConnectionError,
  type FollowLogsOptions,
  InvalidRequestError,
  LlamactlClient,
  type LogEntry,
  ProtocolError,
  type Retry,
} from '../../src/index.js';
import { followLogs } from '../../src/logs/follow-logs.js';
import { createHttpStream } from '../../src/transport/http-stream.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { answering, startServer } from '../fixtures/start-server.js';

type Turn = (response: ServerResponse, request: IncomingMessage) => void;

/** A server with one turn per request; the last turn stays. */
async function startLogServer(...turns: readonly Turn[]) {
  const paths: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = await startServer((request, response) => {
    const turn = turns[Math.min(paths.length, turns.length - 1)];
    paths.push(request.url ?? '');
    headers.push(request.headers);
    turn?.(response, request);
  });
  return { ...server, paths, headers };
}

const ndjson = { 'content-type': 'application/x-ndjson' };

function entry(seq: number, second = seq): LogEntry {
  const timestamp = new Date(Date.UTC(2024, 0, 1, 0, 0, second)).toISOString();
  return { seq, timestamp, level: 'info', message: `line ${seq} ä` };
}

const lineOf = (of: LogEntry) => `${JSON.stringify(of)}\n`;

/** Sends entries, and then leaves the answer open, ends it, or cuts it. */
const sending =
  (entries: readonly LogEntry[], then: 'stay' | 'end' | 'cut' = 'stay'): Turn =>
  (response) => {
    response.writeHead(200, ndjson);
    response.write(`\n${entries.map(lineOf).join('')}`, () => {
      if (then === 'end') response.end();
      if (then === 'cut') response.destroy();
    });
  };

const gone = answering(404, { error: 'gone', code: 'INSTANCE_NOT_FOUND', details: '' });
const notFound: Turn = (response, request) => gone(request, response);

/** Follows with the shortest pauses between connections. */
function follow(
  { url }: { readonly url: string },
  options: FollowLogsOptions = {},
  silenceMs = 10_000,
) {
  const open = createHttpStream({ baseUrl: url });
  return followLogs({ open, silenceMs, random: () => 0 }, 'x', options);
}

async function seqsOf(entries: AsyncIterable<LogEntry>, count = Infinity): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of entries) {
    seqs.push(seq);
    if (seqs.length === count) break;
  }
  return seqs;
}

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

describe('a follow that breaks', () => {
  it('W7: goes on without a lost or repeated line', async () => {
    await using server = await startLogServer(
      sending([entry(1), entry(2), entry(3)], 'cut'),
      sending([entry(1), entry(2), entry(3), entry(4), entry(5)], 'cut'),
      sending([entry(1), entry(2), entry(3), entry(4), entry(5), entry(6)]),
    );
    const retries: Retry[] = [];
    const onRetry = (retry: Retry) => retries.push(retry);
    expect(await seqsOf(follow(server, { lines: 3, onRetry }), 6)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(server.paths).toEqual([
      '/api/instances/x/logs?follow=true&lines=3',
      '/api/instances/x/logs?follow=true&lines=10000',
      '/api/instances/x/logs?follow=true&lines=10000',
    ]);
    expect(retries).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  });

  it('gives a line whose end was cut off once, and whole', async () => {
    const whole = lineOf(entry(2));
    await using server = await startLogServer(
      (response) => {
        response.writeHead(200, ndjson);
        response.end(lineOf(entry(1)) + whole.slice(0, -1));
      },
      sending([entry(1), entry(2)]),
    );
    expect(await seqsOf(follow(server), 2)).toEqual([1, 2]);
  });

  it('gives the lines of a new instance of that name, whose numbers begin again', async () => {
    await using server = await startLogServer(
      sending([entry(1), entry(2), entry(3)], 'cut'),
      sending([entry(1, 11), entry(2, 12), entry(3, 13), entry(4, 14)]),
    );
    expect(await seqsOf(follow(server), 7)).toEqual([1, 2, 3, 1, 2, 3, 4]);
  });

  it('asks for as few lines as before when there was none yet', async () => {
    await using server = await startLogServer(sending([], 'cut'), sending([entry(1)]));
    await seqsOf(follow(server, { lines: 1 }), 1);
    expect(server.paths[1]).toContain('lines=1');
    expect(server.paths[1]).not.toContain('lines=10000');
  });

  it('pauses between answers that end over and over', async () => {
    await using server = await startLogServer(
      sending([entry(1)], 'end'),
      sending([entry(1)], 'end'),
      sending([entry(1)], 'end'),
    );
    const controller = new AbortController();
    const attempts: number[] = [];
    const onRetry = ({ attempt }: Retry) => {
      attempts.push(attempt);
      if (attempt === 3) controller.abort();
    };
    expect(await seqsOf(follow(server, { onRetry, signal: controller.signal }))).toEqual([1]);
    expect(attempts).toEqual([1, 2, 3]);
    expect(server.paths).toHaveLength(4);
  });

  it('is given up after maxRetries, with why', async () => {
    await using server = await startLogServer(sending([entry(1)], 'cut'), (response) =>
      response.destroy(),
    );
    const error = await rejectionAs(seqsOf(follow(server, { maxRetries: 2 })), ConnectionError.is);
    expect(error.message).toContain('Lost the connection');
    expect(server.paths).toHaveLength(3);
  });

  it('W2: counts as broken when nothing comes, and as whole while there are empty lines', async () => {
    await using server = await startLogServer(
      (response) => {
        response.writeHead(200, ndjson).write(lineOf(entry(1)));
        let beats = 0;
        const timer = setInterval(() => {
          beats += 1;
          if (beats < 20) response.write('\n');
          else clearInterval(timer);
        }, 20);
      },
      sending([entry(2)]),
    );
    const retries: Retry[] = [];
    let brokenMs = 0;
    const startedMs = performance.now();
    const onRetry = (retry: Retry) => {
      brokenMs = performance.now() - startedMs;
      retries.push(retry);
    };
    expect(await seqsOf(follow(server, { onRetry }, 200), 2)).toEqual([1, 2]);
    expect(retries).toMatchObject([{ error: { message: expect.stringContaining('for 0.2 s') } }]);
    expect(brokenMs).toBeGreaterThan(400);
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
