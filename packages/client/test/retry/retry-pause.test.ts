import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/errors/api-error.js';
import { ConnectionError } from '../../src/errors/connection-error.js';
import { ProtocolError } from '../../src/errors/protocol-error.js';
import { TimeoutError } from '../../src/errors/timeout-error.js';
import { type FailedAttempt, retryPauseMs } from '../../src/retry/retry-pause.js';

const attempt: FailedAttempt = {
  method: 'GET',
  isProbe: false,
  repeats: 0,
  retries: 2,
  leftMs: 30_000,
};

function answer(status: number, retryAfterMs: number | null, code: string | null = null) {
  const parts = { message: 'no', details: '', requestId: null, rateLimit: null };
  return new ApiError({ ...parts, status, code, retryAfterMs });
}

function broken(systemCode: string | null) {
  return new ConnectionError('broken', { details: '', url: 'http://h', systemCode });
}

const late = new TimeoutError('late', { details: '', timeoutMs: 1 });
const rubbish = new ProtocolError('rubbish', { details: '', status: 200, issues: [] });

describe('a request is sent once more', () => {
  it.each<[string, unknown, number | null, number | null]>([
    ['429 with a time', answer(429, 7_000, 'RATE_LIMITED'), 7_000, 7_000],
    ['429 of a proxy', answer(429, 1_000), 1_000, 1_000],
    ['429 without a time', answer(429, null, 'RATE_LIMITED'), null, null],
    ['503 with a time', answer(503, 5_000, 'SHUTTING_DOWN'), 5_000, 5_000],
    ['503 of a proxy', answer(503, 0), 0, 0],
    ['503 without a time', answer(503, null), null, null],
    ['more than a minute', answer(429, 60_001, 'RATE_LIMITED'), null, null],
    ['too many wrong passwords', answer(429, 1_000, 'TOO_MANY_ATTEMPTS'), null, null],
    ['too many log streams', answer(429, 1_000, 'TOO_MANY_FOLLOWS'), null, null],
    ['a machine that is full', answer(503, 1_000, 'RESOURCE_EXHAUSTED'), null, null],
    ['an instance that failed', answer(503, 1_000, 'INSTANCE_FAILED'), null, null],
    ['409', answer(409, 1_000, 'INSTANCE_STOPPING'), null, null],
    ['500', answer(500, 1_000, 'INTERNAL_ERROR'), null, null],
    ['502', answer(502, 1_000), null, null],
    ['504', answer(504, 1_000, 'TIMEOUT'), null, null],
    ['a refused connection', broken('ECONNREFUSED'), 100, null],
    ['a reset connection', broken('ECONNRESET'), 100, null],
    ['a broken pipe', broken('EPIPE'), 100, null],
    ['a closed connection', broken('UND_ERR_SOCKET'), 100, null],
    ['what a browser does not tell', broken(null), 100, null],
    ['an unknown host', broken('ENOTFOUND'), null, null],
    ['a deadline', late, null, null],
    ['rubbish', rubbish, null, null],
    ['an error of the app', new Error('own'), null, null],
  ])('after %s', (_, error, get, post) => {
    expect(retryPauseMs(error, attempt, 0)).toBe(get);
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      expect(retryPauseMs(error, { ...attempt, method }, 0)).toBe(post);
    }
  });
});

describe('a request is not sent once more', () => {
  const refusal = answer(429, 1_000, 'RATE_LIMITED');

  it('than it may be', () => {
    expect(retryPauseMs(refusal, { ...attempt, repeats: 1 }, 0)).toBe(1_000);
    expect(retryPauseMs(refusal, { ...attempt, repeats: 2 }, 0)).toBeNull();
    expect(retryPauseMs(refusal, { ...attempt, retries: 0 }, 0)).toBeNull();
  });

  it('when the pause would last until the deadline', () => {
    expect(retryPauseMs(refusal, { ...attempt, leftMs: 1_000 }, 0)).toBeNull();
    expect(retryPauseMs(refusal, { ...attempt, leftMs: 1_001 }, 0)).toBe(1_000);
    const noDeadline = { ...attempt, leftMs: Number.POSITIVE_INFINITY };
    expect(retryPauseMs(refusal, noDeadline, 0)).toBe(1_000);
  });

  it('when it asks how the server is doing', () => {
    expect(retryPauseMs(refusal, { ...attempt, isProbe: true }, 0)).toBeNull();
    expect(retryPauseMs(broken('ECONNREFUSED'), { ...attempt, isProbe: true }, 0)).toBeNull();
  });
});

describe('a pause', () => {
  it('grows after broken connections, and is not the same for everybody', () => {
    const pauses = (random: number) =>
      [0, 1, 2].map((repeats) =>
        retryPauseMs(broken('ECONNRESET'), { ...attempt, repeats, retries: 5 }, random),
      );
    expect(pauses(0)).toEqual([100, 200, 400]);
    expect(pauses(1)).toEqual([200, 400, 800]);
    expect(retryPauseMs(answer(429, 1_000), attempt, 1)).toBe(1_250);
  });
});
