import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Options of {@link waitFor}. */
export interface WaitForOptions {
  /** How long to try, in milliseconds. Default 10000. */
  readonly timeoutMs?: number;
  /** What is being waited for, in the error of a timeout. Default `the condition`. */
  readonly message?: string;
}

const pollMs = 10;

/**
 * Asks every 10 ms until a condition that sends no event holds.
 *
 * @param condition - Holds when it returns something truthy. One that throws does not hold yet.
 * @returns What the condition returned.
 * @throws Error at the deadline, with the message and what the condition last returned or threw.
 *
 * @example
 * ```ts
 * await waitFor(() => !isAlive(pid), { timeoutMs: 5000, message: 'the backend to end' });
 * ```
 */
export async function waitFor<Value>(
  condition: () => Value | Promise<Value>,
  { timeoutMs = 10_000, message = 'the condition' }: WaitForOptions = {},
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { value, error } = await attempt(condition);
    if (value) return value;
    if (performance.now() >= deadline) {
      const last = error === undefined ? `last value: ${inspect(value)}` : `last error: ${error}`;
      throw new Error(`waited ${timeoutMs} ms for ${message}; ${last}`, { cause: error });
    }
    await delay(pollMs);
  }
}

async function attempt<Value>(
  condition: () => Value | Promise<Value>,
): Promise<{ value?: Value; error?: unknown }> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}
