import { describe, expect, it } from 'vitest';
import { sleep, withDeadline } from '../../src/transport/deadline.js';
import { rejectionOf } from '../fixtures/rejection-of.js';

const late = new Error('late');
const aborted = new Error('aborted');
const limits = { timeoutMs: 60_000, onAbort: () => aborted, onTimeout: () => late };
const never = () => new Promise<never>(() => {});

describe('withDeadline', () => {
  it('gives the result and leaves no timer and no listener behind', async () => {
    const listeners = new Set<unknown>();
    const signal = Object.assign(new AbortController().signal, {
      addEventListener: (_: string, listener: unknown) => listeners.add(listener),
      removeEventListener: (_: string, listener: unknown) => listeners.delete(listener),
    });
    const timersBefore = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');
    const result = await withDeadline({ ...limits, signal }, async () => {
      expect(listeners.size).toBe(1);
      return 7;
    });
    expect(result).toBe(7);
    expect(listeners.size).toBe(0);
    const timersAfter = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');
    expect(timersAfter).toHaveLength(timersBefore.length);
  });

  it('tells what runs to end, at the deadline and on abort', async () => {
    let inner: AbortSignal | undefined;
    const run = (signal: AbortSignal) => {
      inner = signal;
      return never();
    };
    expect(await rejectionOf(withDeadline({ ...limits, timeoutMs: 10 }, run))).toBe(late);
    expect(inner?.reason).toBe(late);
    const controller = new AbortController();
    const call = withDeadline({ ...limits, signal: controller.signal }, run);
    controller.abort();
    expect(await rejectionOf(call)).toBe(aborted);
    expect(inner?.reason).toBe(aborted);
  });

  it('keeps a limit that is longer than timers can be from ending at once', async () => {
    const result = withDeadline({ ...limits, timeoutMs: 2 ** 31 }, () => sleepOnce(20));
    expect(await result).toBe('done');
  });
});

describe('sleep', () => {
  it('ends early with the reason of the signal', async () => {
    const controller = new AbortController();
    const call = sleep(60_000, controller.signal);
    controller.abort(late);
    expect(await rejectionOf(call)).toBe(late);
    expect(await rejectionOf(sleep(60_000, controller.signal))).toBe(late);
  });
});

async function sleepOnce(delayMs: number): Promise<string> {
  await sleep(delayMs, new AbortController().signal);
  return 'done';
}
