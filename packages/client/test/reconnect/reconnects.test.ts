import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/errors/api-error.js';
import { ConnectionError } from '../../src/errors/connection-error.js';
import { ProtocolError } from '../../src/errors/protocol-error.js';
import { TimeoutError } from '../../src/errors/timeout-error.js';
import { Reconnects, type Retry } from '../../src/reconnect/reconnects.js';
import { rejectionOf } from '../fixtures/rejection-of.js';

const broken = new ConnectionError('broken', { details: '', url: 'ws://h', systemCode: null });
const late = new TimeoutError('late', { details: '', timeoutMs: 1 });
const rubbish = new ProtocolError('rubbish', { details: '', status: 101, issues: [] });

function answer(status: number, retryAfterMs: number | null = null): ApiError {
  const parts = { message: `${status}`, code: null, details: '', requestId: null, rateLimit: null };
  return new ApiError({ ...parts, status, retryAfterMs });
}

afterEach(() => void vi.useRealTimers());

/** Whether an error is followed by another attempt; pauses are left at once. */
async function goesOn(error: Error, { wasOpen }: { readonly wasOpen: boolean }): Promise<boolean> {
  const controller = new AbortController();
  const reconnects = new Reconnects({ onRetry: () => controller.abort() });
  if (wasOpen) reconnects.noteOpen();
  const pause = reconnects.pauseAfter(error, controller.signal);
  return await pause.then(
    () => true,
    () => false,
  );
}

describe('another attempt', () => {
  it.each([
    ['a broken connection', broken, true, false],
    ['a connection that did not open in time', late, true, false],
    ['503', answer(503), true, false],
    ['503 with a time to come back', answer(503, 0), true, true],
    ['502 of a proxy', answer(502), true, false],
    ['429', answer(429, 0), true, false],
    ['401', answer(401), false, false],
    ['404', answer(404), false, false],
    ['rubbish', rubbish, false, false],
    ['an error of the app', new Error('own'), false, false],
  ] as const)('after %s', async (_, error, later, first) => {
    expect(await goesOn(error, { wasOpen: true })).toBe(later);
    expect(await goesOn(error, { wasOpen: false })).toBe(first);
  });

  it('is not made when there were as many failures in a row as allowed', async () => {
    const retries: Retry[] = [];
    const options = { maxRetries: 2, onRetry: (retry: Retry) => retries.push(retry) };
    const reconnects = new Reconnects(options, () => 0);
    const { signal } = new AbortController();
    reconnects.noteOpen();
    await reconnects.pauseAfter(broken, signal);
    await reconnects.pauseAfter(broken, signal);
    expect(await rejectionOf(reconnects.pauseAfter(broken, signal))).toBe(broken);
    expect(retries).toEqual([
      { error: broken, attempt: 1, delayMs: 100 },
      { error: broken, attempt: 2, delayMs: 100 },
    ]);
  });

  it('waits as long as the server asks', async () => {
    const controller = new AbortController();
    const delays: number[] = [];
    const onRetry = ({ delayMs }: Retry) => {
      delays.push(delayMs);
      controller.abort();
    };
    await new Reconnects({ onRetry }, () => 0).pauseAfter(answer(503, 7_000), controller.signal);
    expect(delays).toEqual([7_100]);
  });

  it.each([
    [4_999, [1, 2, 3]],
    [5_000, [1, 2, 1]],
  ])('counts anew after a connection that held for %d ms: %j', async (heldMs, expected) => {
    vi.useFakeTimers();
    const attempts: number[] = [];
    const onRetry = ({ attempt }: Retry) => attempts.push(attempt);
    const reconnects = new Reconnects({ onRetry }, () => 0);
    const { signal } = new AbortController();
    reconnects.noteOpen();
    for (const ms of [0, 0, heldMs]) {
      await vi.advanceTimersByTimeAsync(ms);
      const pause = reconnects.pauseAfter(broken, signal);
      await vi.advanceTimersByTimeAsync(100);
      await pause;
      reconnects.noteOpen();
    }
    expect(attempts).toEqual(expected);
  });
});
