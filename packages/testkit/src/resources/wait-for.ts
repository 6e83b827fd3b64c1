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
  const end = new AbortController();
  const deadline = delay(timeoutMs, 'deadline' as const, { signal: end.signal });
  deadline.catch(() => {}); // aborted when the condition held
  let last: Outcome<Value> | undefined;
  try {
    for (;;) {
      const outcome = await Promise.race([attempt(condition), deadline]);
      if (outcome !== 'deadline') last = outcome;
      if (last?.value) return last.value;
      if (outcome === 'deadline' || (await Promise.race([delay(pollMs), deadline]))) break;
    }
  } finally {
    end.abort();
  }
  throw new Error(`waited ${timeoutMs} ms for ${message}; ${describe(last)}`, {
    cause: last?.error,
  });
}

interface Outcome<Value> {
  readonly value?: Value;
  readonly error?: unknown;
}

async function attempt<Value>(condition: () => Value | Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

function describe(last: Outcome<unknown> | undefined): string {
  if (last === undefined) return 'it never answered';
  return 'error' in last ? `last error: ${last.error}` : `last value: ${inspect(last.value)}`;
}
