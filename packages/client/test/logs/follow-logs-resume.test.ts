import { describe, expect, it } from 'vitest';
import { ConnectionError, type Retry } from '../../src/index.js';
import {
  entry,
  follow,
  lineOf,
  ndjson,
  sending,
  seqsOf,
  startLogServer,
} from '../fixtures/log-server.js';
import { rejectionAs } from '../fixtures/rejection-of.js';

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

  it('W7: gives every line of an instance that was deleted and made anew, also when the clock went back', async () => {
    const earlier = [entry(1, -30), entry(2, -29), entry(3, -28)];
    await using server = await startLogServer(
      sending([entry(1), entry(2)], 'cut', 'first'),
      sending(earlier, 'cut', 'anew'),
      sending([...earlier, entry(4, -27)], 'stay', 'anew'),
    );
    expect(await seqsOf(follow(server), 6)).toEqual([1, 2, 1, 2, 3, 4]);
  });

  it('W7: repeats no line of the same log, whatever time it tells', async () => {
    await using server = await startLogServer(
      sending([entry(1, 5), entry(2, 1)], 'cut', 'same'),
      sending([entry(1, 5), entry(2, 1), entry(3)], 'stay', 'same'),
    );
    expect(await seqsOf(follow(server), 3)).toEqual([1, 2, 3]);
  });

  it('goes by number and time where a server, or a proxy, does not name the log', async () => {
    await using server = await startLogServer(
      sending([entry(1), entry(2)], 'cut', 'first'),
      sending([entry(1), entry(2), entry(3)], 'cut'),
      sending([entry(1), entry(2), entry(3), entry(4)], 'stay', 'first'),
    );
    expect(await seqsOf(follow(server), 4)).toEqual([1, 2, 3, 4]);
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
